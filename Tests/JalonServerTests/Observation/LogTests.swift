import ActionPlans
import HTTPTypes
import Logging
import Postgres
import Testing

@testable import JalonServer

@Suite("The log")
struct LogTests {
    /// Everything that could end a line, begin another, drive a terminal or turn the text around.
    private static let hostile: [Unicode.Scalar] =
        (Array(0x00...0x1F) + Array(0x7F...0x9F) as [UInt8]).map { Unicode.Scalar($0) }
        + [
            "\u{200B}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202E}", "\u{2028}", "\u{2029}", "\u{2066}", "\u{2069}",
            "\u{FEFF}",
        ]
        + ["\u{AD}", "\u{E0041}", "\u{10FFFF}", "\"", "\\"]

    @Test("writes one line of JSON an event, whatever the values hold, and they can be read back", arguments: LogFormat.allCases)
    func oneLine(format: LogFormat) throws {
        let log = KeptLog()
        let logger = log.logger(format)
        for scalar in Self.hostile {
            let text = "a\(scalar)\n{\"level\":\"error\"}\u{1B}[31mé€😀"
            logger.info("\(text)", metadata: ["\(text)": "\(text)", "list": ["\(text)", ["in": "\(text)"]]])
        }
        #expect(log.lines.count == Self.hostile.count)
        let forbidden = log.text.unicodeScalars.filter { $0 != "\n" && Self.hostile.dropLast(2).contains($0) }
        #expect(forbidden.isEmpty)
        guard format == .json else { return }
        for (scalar, line) in zip(Self.hostile, log.lines) {
            let text = "a\(scalar)\n{\"level\":\"error\"}\u{1B}[31mé€😀"
            let event = try JSONTree(json: line)
            #expect(event["message"] == .text(text))
            #expect(event["metadata"][text] == .text(text))
            #expect(event["metadata"]["list"].items.last?["in"] == .text(text))
            #expect(event["level"] == .text("info") && event["label"] == .text("jalon"))
            let timestamp = event["timestamp"].text
            #expect(timestamp.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(timestamp)")
        }
    }

    @Test("cuts a value that is too long")
    func long() throws {
        let log = KeptLog()
        log.logger().error("x", metadata: ["cause": .string(String(repeating: "é", count: 100_000))])
        #expect(log.text.utf8.count < 2 * LogLine.longestValue + 500)
        _ = try JSONTree(json: log.text)
    }

    @Test("has one line for each request, with what finds it again")
    func access() async throws {
        try await TestServer.with { server in
            let log = KeptLog()
            let dispatcher = try server.variant(logger: log.logger())
            let token = try #require(server.secret(of: .reader).flatMap { TokenSecret($0)?.id })
            let answer = await server.send(
                raw: .get, "/v1/ministries/TE?as_of=2022-01-01", as: .reader,
                fields: [
                    "X-Request-Id": "abc.DEF_9-1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ], on: dispatcher)
            #expect(answer.field("X-Request-Id") == "abc.DEF_9-1")
            let first = try JSONTree(json: log.lines[0])["metadata"]
            #expect(first["request"] == .text("abc.DEF_9-1"))
            #expect(first["trace"] == .text("0af7651916cd43dd8448eb211c80319c"))
            #expect(first["route"] == .text("/v1/ministries/{code}") && first["path"] == .text("/v1/ministries/TE"))
            #expect(first["method"] == .text("GET") && first["status"] == .number(200))
            #expect(first["token"] == .text(token) && first["problem"] == .null)
            #expect(first["bytes"] == .number(Double(answer.text.utf8.count)))
            #expect((first["duration_ms"].number ?? 0) > 0)

            let missing = await server.send(raw: .head, "/v1/nothing%0Ahere?q=1", as: .anonymous, on: dispatcher)
            let second = try JSONTree(json: log.lines[1])["metadata"]
            #expect(second["request"] == .text(missing.field("X-Request-Id") ?? ""))
            #expect(second["path"] == .text("/v1/nothing\nhere") && second["bytes"] == .number(0))
            #expect(second["status"] == .number(404) && second["problem"] == .text("not-found"))
            #expect(second["route"] == .null && second["trace"] == .null && second["token"] == .null)

            _ = await server.send(raw: .get, "/livez", as: .anonymous, on: dispatcher)
            #expect(log.lines.count == 2, "probes are not told at this level")
            let detailed = try server.variant(logger: log.logger(level: .debug))
            _ = await server.send(raw: .get, "/livez", as: .anonymous, on: detailed)
            #expect(log.lines.count == 3)
        }
    }

    @Test("tells of a client that hung up as 499, not as a slow one, and the counts do too")
    func hungUp() async throws {
        try await TestServer.with { server in
            let log = KeptLog()
            let dispatcher = try server.variant(logger: log.logger())
            _ = await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await server.send(raw: .get, "/v1/ministries/TE", as: .reader, on: dispatcher)
            }.value
            let told = try JSONTree(json: log.lines[0])["metadata"]
            #expect(told["status"] == .number(499) && told["problem"] == .null && told["bytes"] == .number(0), "\(log.text)")
            let page = try MetricsPage(await server.send(raw: .get, "/metrics", as: .anonymous, on: dispatcher).text)
            #expect(
                try page.value("jalon_http_requests_total", ["operation": "getMinistry", "method": "GET", "status": "499"]) == 1)
            #expect(try page.value("jalon_http_problems_total", ["problem": "request-timeout"]) == 0)
        }
    }

    @Test("tells the bytes of an answer sent in pieces once it has ended, and whether it was cut")
    func streamed() async throws {
        try await TestServer.with { server in
            try await server.apply("{ministry: TE, first_year: 2022, actions: []}", to: "TE-2022")
            let log = KeptLog()
            let dispatcher = try server.variant(logger: log.logger())
            let whole = await server.send(raw: .get, "/v1/roadmaps/TE-2022/plan", on: dispatcher)
            let first = try JSONTree(json: log.lines[0])["metadata"]
            #expect(first["bytes"] == .number(Double(whole.text.utf8.count)) && first["cut"] == .null, "\(log.text)")
            #expect(whole.text.utf8.count > 10)

            var fields = HTTPFields()
            fields[.authorization] = "Bearer \(try #require(server.secret(of: .coordinator)))"
            let answer = await dispatcher.answer(
                IncomingRequest(method: .get, target: "/v1/roadmaps/TE-2022/plan", fields: fields, body: IncomingRequest.noBody))
            #expect(log.lines.count == 1, "nothing is told before the end")
            let producer = try #require(answer.stream)
            await #expect(throws: CancellationError.self) { try await producer(AnswerStream { _ in throw CancellationError() }) }
            let second = try JSONTree(json: log.lines[1])["metadata"]
            #expect(second["cut"] == .flag(true) && second["bytes"] == .number(0) && second["status"] == .number(200))
            let page = try MetricsPage(await server.send(raw: .get, "/metrics", as: .anonymous, on: dispatcher).text)
            #expect(
                try page.value("jalon_http_response_bytes_total", ["operation": "getPlan"]) == Double(whole.text.utf8.count))
            #expect(try page.value("jalon_http_requests_in_flight") == 1)
        }
    }

    @Test("tells what failed as an error with its cause, and what was refused for want of room as no failure")
    func failures() async throws {
        try await TestServer.with { server in
            var broken = Problem(.internalError, Message("Une panne.", "A failure."))
            broken.cause = "disk full"
            let full = Problem(.unavailable, Message("Trop à la fois.", "Too much at once."))
            for (problem, level, message) in [(broken, "error", "request failed"), (full, "notice", "request refused")] {
                let log = KeptLog()
                let operation = Operation("getRoot", .get, "/", .public) { _ in throw problem }
                let dispatcher = try server.variant(logger: log.logger(), operations: [operation])
                let answer = await server.send(raw: .get, "/", on: dispatcher)
                #expect(answer.status == problem.kind.status.code)
                let event = try JSONTree(json: log.lines[0])
                #expect(event["level"] == .text(level) && event["message"] == .text(message), "\(log.text)")
                #expect(event["metadata"]["cause"] == (problem.cause.map { .text($0) } ?? .null))
            }
        }
    }

    @Test("tells no token, query, body or password", arguments: LogFormat.allCases)
    func secrets(format: LogFormat) async throws {
        try await TestServer.with { server in
            let log = KeptLog()
            let dispatcher = try server.variant(logger: log.logger(format, level: .trace))
            let secret = try #require(server.secret(of: .coordinator))
            let proof = try #require(secret.split(separator: "_").last)
            let escaped = secret.replacing("_", with: "%5F")
            let twice = escaped.replacing("%", with: "%25")
            for target in [
                "/v1/actions/\(secret)", "/v1/\(escaped)/\(secret)", "/\(twice)", "/%zz\(escaped)", "/v1/me?token=\(secret)",
            ] {
                _ = await server.send(raw: .get, target, on: dispatcher)
            }
            _ = await server.send(raw: .get, "/v1/me", fields: ["X-Request-Id": secret, "traceparent": secret], on: dispatcher)
            let odd = try #require(HTTPRequest.Method(secret))
            _ = await server.send(raw: odd, "/v1/me", on: dispatcher)
            for body in [#"{"ministry": "CORPS-\#(secret)"}"#, "CORPS \(secret)"] {
                _ = await server.send(raw: .post, "/v1/roadmaps", bytes: Array(body.utf8), on: dispatcher)
            }
            // A defect that would tell all it knows.
            try await server.database.maintain(timeout: .seconds(10)) { session in
                try session.script("alter table roadmaps add constraint defect check (title <> 'CORPS')")
            }
            let refused = await server.send(
                raw: .post, "/v1/roadmaps",
                bytes: Array(#"{"ministry": "TE", "first_year": 2040, "title": "CORPS"}"#.utf8), on: dispatcher)
            #expect(refused.status == 500)
            #expect(log.lines.count == 11)
            #expect(!log.text.contains(proof), "\(log.text)")
            #expect(!log.text.contains("……") && log.text.contains("jalon_\(secret.split(separator: "_")[1])_…"))
            #expect(!log.text.contains("CORPS") && !log.text.contains("Bearer") && !log.text.contains("?token"), "\(log.text)")
        }
    }

    @Test("tells no password of the database, even one that spoils its URL")
    func databasePassword() async throws {
        for password in [
            "s3cr3tword", "s3cr3t/word", "s3cr3t@word", "s3cr3t:word", "s3cr3t%40word", "s3cr3t?word", "s3cr3t%word",
        ] {
            let log = KeptLog()
            let configuration = DatabaseConfiguration(connectionString: "postgresql://jalon:\(password)@127.0.0.1:1/nowhere")
            let database = Database(configuration: configuration, logger: log.logger(level: .trace))
            let error = await #expect(throws: DatabaseError.self) { try await database.fetch { _ in 1 } }
            await database.shutdown()
            let told = log.text + (error?.logDescription ?? "")
            #expect(log.text.contains("No connection to PostgreSQL"))
            #expect(!told.contains("s3cr3t") && !told.contains("word"), "\(told)")
        }
    }

    @Test("takes over a good request id and makes one instead of any other")
    func requestIDs() async throws {
        try await TestServer.with { server in
            for good in ["a", "0-._Z", String(repeating: "x", count: 64)] {
                #expect(await server.send(.get, "/livez", fields: ["X-Request-Id": good]).field("X-Request-Id") == good)
            }
            for bad in ["", "a b", "é", "a,b", String(repeating: "x", count: 65), "a/b", "\"a\""] {
                let given = await server.send(.get, "/livez", fields: ["X-Request-Id": bad]).field("X-Request-Id") ?? ""
                #expect(given.wholeMatch(of: /[0-9a-f]{32}/) != nil, "“\(bad)” gave “\(given)”")
            }
            let problem = await server.send(.get, "/v1/nothing", fields: ["X-Request-Id": "mine"])
            #expect(problem.text.contains(#""instance":"mine""#))
        }
    }

    @Test("reads a traceparent to the letter")
    func traces() {
        let id = "0af7651916cd43dd8448eb211c80319c"
        #expect(TraceParent.traceID("00-\(id)-b7ad6b7169203331-00") == id)
        for bad in [
            "", id, "01-\(id)-b7ad6b7169203331-00", "00-\(id)-b7ad6b7169203331", "00-\(id)-b7ad6b7169203331-00-",
            "00-\(id.uppercased())-b7ad6b7169203331-00", "00-\(id)-0000000000000000-00", "00-\(id)-b7ad6b7169203331-0g",
            "00-\(String(repeating: "0", count: 32))-b7ad6b7169203331-00", "00-\(id)0-b7ad6b7169203331-00",
            " 00-\(id)-b7ad6b7169203331-00", "00-\(id)-b7ad6b7169203331-000", "00-\(id)-b7ad6b716920333-00",
        ] {
            #expect(TraceParent.traceID(bad) == nil, "\(bad)")
        }
    }
}
