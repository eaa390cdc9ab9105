import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Metrics")
struct MetricsTests {
    private static func page(_ server: TestServer, _ dispatcher: Dispatcher) async throws -> MetricsPage {
        let answer = await server.send(raw: .get, "/metrics", as: .anonymous, on: dispatcher)
        #expect(answer.status == 200)
        #expect(answer.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.field("Cache-Control") == "no-store" && answer.field("ETag") == nil)
        return try MetricsPage(answer.text)
    }

    @Test("count known requests exactly, by operation, method and status")
    func counts() async throws {
        try await TestServer.with { server in
            let dispatcher = try server.variant()
            _ = try await Self.page(server, dispatcher)
            var bytes = 0
            var tag = ""
            for _ in 1...3 {
                let answer = await server.send(raw: .get, "/v1/ministries/TE", as: .reader, on: dispatcher)
                bytes += answer.text.utf8.count
                tag = answer.tag
            }
            _ = await server.send(raw: .head, "/v1/ministries/TE", as: .reader, on: dispatcher)
            for _ in 1...2 {
                let answer = await server.send(
                    raw: .get, "/v1/ministries/TE", as: .reader, fields: ["If-None-Match": tag], on: dispatcher)
                #expect(answer.status == 304)
            }
            bytes += await server.send(raw: .get, "/v1/ministries/NUL", as: .reader, on: dispatcher).text.utf8.count
            bytes += await server.send(raw: .get, "/v1/ministries/TE", as: .anonymous, on: dispatcher).text.utf8.count
            _ = await server.send(raw: .get, "/nothing", on: dispatcher)
            _ = await server.send(raw: .put, "/v1/ministries", on: dispatcher)
            _ = await server.send(raw: .options, "/v1/ministries", on: dispatcher)

            let page = try await Self.page(server, dispatcher)
            func requests(_ operation: String, _ method: String, _ status: String) throws -> Double {
                try page.value("jalon_http_requests_total", ["operation": operation, "method": method, "status": status])
            }
            #expect(try requests("getMinistry", "GET", "200") == 3)
            #expect(try requests("getMinistry", "HEAD", "200") == 1)
            #expect(try requests("getMinistry", "GET", "304") == 2)
            #expect(try requests("getMinistry", "GET", "404") == 1)
            #expect(try requests("getMinistry", "GET", "401") == 1)
            #expect(try requests("none", "GET", "404") == 1)
            #expect(try requests("none", "PUT", "405") == 1)
            #expect(try requests("none", "OPTIONS", "204") == 1)
            #expect(try requests("getMetrics", "GET", "200") == 1)
            #expect(page.samples.filter { $0.name == "jalon_http_requests_total" }.reduce(0) { $0 + $1.value } == 12)
            #expect(try page.value("jalon_http_request_duration_seconds_count", ["operation": "getMinistry"]) == 8)
            #expect(try page.value("jalon_http_request_duration_seconds_sum", ["operation": "getMinistry"]) > 0)
            #expect(try page.value("jalon_http_response_bytes_total", ["operation": "getMinistry"]) == Double(bytes))
            #expect(try page.value("jalon_http_not_modified_total") == 2)
            #expect(try page.value("jalon_http_requests_in_flight") == 1)
            #expect(try page.value("jalon_http_problems_total", ["problem": "not-found"]) == 2)
            #expect(try page.value("jalon_http_problems_total", ["problem": "authentication-required"]) == 1)
            #expect(try page.value("jalon_http_problems_total", ["problem": "method-not-allowed"]) == 1)
        }
    }

    @Test("tell of the database, of the process and of the build")
    func surroundings() async throws {
        try await TestServer.with { server in
            let dispatcher = try server.variant()
            let before = try await Self.page(server, dispatcher)
            _ = await server.send(raw: .get, "/v1/ministries/TE", as: .reader, on: dispatcher)
            let page = try await Self.page(server, dispatcher)
            for name in ["jobs_total", "statements_total", "sql_seconds_total", "queue_wait_seconds_total"] {
                let name = "jalon_database_" + name
                #expect(try page.value(name) > before.value(name), "\(name)")
            }
            #expect(try page.value("jalon_database_connections_open") >= 1)
            for name in ["connections_busy", "queued_jobs", "retries_total", "reconnects_total"] {
                #expect(page.kinds["jalon_database_" + name] != nil)
            }
            #expect(try page.value("jalon_build_info", ["version": Version.text]) == 1)
            let now = Double(Clock.seconds())
            let started = try page.value("process_start_time_seconds")
            #expect(started <= now + 1 && started > now - 86_400)
            #expect(try page.value("process_resident_memory_bytes") > 1_000_000)
            #expect(try page.value("process_open_fds") > 3)
            #expect(try page.value("process_cpu_seconds_total") > 0)
        }
    }

    @Test("have no more series whatever callers send")
    func bounded() async throws {
        try await TestServer.with { server in
            let dispatcher = try server.variant()
            for round in 1...300 {
                let method = try #require(HTTPRequest.Method("M\(round)"))
                _ = await server.send(raw: method, "/v1/\(round)?\"\\\n", as: .anonymous, on: dispatcher)
                _ = await server.send(raw: method, "/v1/ministries/X\(round)", as: .anonymous, on: dispatcher)
                _ = await server.send(raw: .get, "/v1/ministries/X\(round)", as: .reader, on: dispatcher)
            }
            let requests = try await Self.page(server, dispatcher).samples.filter { $0.name == "jalon_http_requests_total" }
            #expect(requests.count == 3, "\(requests.map(\.labels))")
            #expect(requests.map(\.value) == [300, 300, 300])
            #expect(requests.contains { $0.labels == ["operation": "none", "method": "other", "status": "404"] })
        }
    }

    @Test("know every status of the contract")
    func statuses() throws {
        let documented = try ContractDocument.current().operations.flatMap { $0.responses.keys }
        #expect(Set(documented).subtracting(RequestMetrics.statuses) == [])
    }
}
