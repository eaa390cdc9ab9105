import OutgoingHTTP
import Synchronization
import Testing

@testable import JalonServer

@Suite("The admin port")
struct AdminPortTests {
    @Test("serves health and metrics alone, and takes the metrics from the other port")
    func operations() {
        let api = Set(Operations.served(on: .api, hasAdminPort: true).map(\.id))
        let admin = Set(Operations.served(on: .admin, hasAdminPort: true).map(\.id))
        let all = Set(Operations.all.map(\.id))
        #expect(admin == ["getLiveness", "getReadiness", "getMetrics"])
        #expect(api == all.subtracting(["getMetrics"]))
        #expect(Set(Operations.served(on: .api, hasAdminPort: false).map(\.id)) == all)
    }

    @Test("answers on a socket of its own, counts what the other answers, and stops with it")
    func listening() async throws {
        try await TestServer.with { server in
            var configuration = server.state.configuration
            configuration.adminPort = 0
            let addresses = Mutex<[String]>([])
            try await LiveServer.with(configuration) { api, admin in
                addresses.withLock { $0 = [api, admin] }
                #expect(api != admin)
                for (address, path, expected) in [
                    (api, "/livez", 200), (api, "/readyz", 200), (api, "/v1/vocabularies", 200), (api, "/metrics", 404),
                    (admin, "/livez", 200), (admin, "/readyz", 200), (admin, "/v1/vocabularies", 404), (admin, "/", 404),
                ] {
                    #expect(try await Self.get(address + path).status == expected, "\(address == api ? "api" : "admin") \(path)")
                }
                let metrics = try await Self.get(admin + "/metrics")
                #expect(metrics.status == 200)
                let page = try MetricsPage(metrics.body)
                let labels = ["operation": "getVocabularies", "method": "GET", "status": "200"]
                #expect(try page.value("jalon_http_requests_total", labels) == 1)
                let health = ["operation": "getLiveness", "method": "GET", "status": "200"]
                #expect(try page.value("jalon_http_requests_total", health) == 2)
            }
            for address in addresses.withLock({ $0 }) {
                await #expect(throws: (any Error).self, "\(address) still answers") {
                    try await Self.get(address + "/livez", within: .seconds(1))
                }
            }
        }
    }

    private static func get(_ address: String, within time: Duration = .seconds(10)) async throws -> (status: Int, body: String) {
        let answer = try await WebClient.send(WebClient.Request("GET", address), within: time)
        return (answer.status, answer.text)
    }
}
