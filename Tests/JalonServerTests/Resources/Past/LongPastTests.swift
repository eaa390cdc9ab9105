import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("A long past")
struct LongPastTests {
    private static let actions = 200
    private static let days = 600
    /// Less than a third of what the first two entries take where each day since reads again all that the entry moves, and
    /// many times what they take otherwise, on a busy machine too.
    private static let statementTimeout: Duration = .seconds(3)

    /// A plan under review, in which an action changes on each day, one time out of two the same one.
    private static func prepare(_ server: TestServer) async throws {
        let lines = (0..<actions).map {
            let due = "2022-1\($0 % 3)-1\($0 % 10)"
            return #"{"code": "A-\#($0)", "title": "T", "theme": "achats", "target_level": "reflexion", "due_on": "\#(due)"}"#
        }
        let plan =
            #"{"ministry": "TE", "first_year": 2022, "state": "soumise", "effective_on": "2021-01-01", "actions": [\#(lines.joined(separator: ","))]}"#
        try await server.apply(plan, to: "TE-2022")
        try await patch(server, "roadmaps/TE-2022", #"{"state": "en_relecture", "effective_on": "2021-01-02"}"#)
        for day in 0..<days {
            let date = try #require(CivilDate(year: 2022 + day / 336, month: 1 + day / 28 % 12, day: 1 + day % 28))
            let code = day.isMultiple(of: 2) ? 0 : day % actions
            let theme = day.isMultiple(of: 4) ? "conception_services" : "fin_usage"
            let body =
                #"{"title": "T \#(day)", "theme": "\#(theme)", "key_action": \#(day % 3 == 0), "effective_on": "\#(date)", "reason": "Motif"}"#
            try await patch(server, "actions/TE-2022-A-\(code)", body)
        }
    }

    private static func patch(_ server: TestServer, _ path: String, _ body: String) async throws {
        let answer = await server.send(.patch, "/v1/\(path)", body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(answer.text)")
    }

    @Test("a late entry costs the days since and the lines that it moves, not one for each of the other")
    func lateEntries() async throws {
        try await TestServer.with { server in
            try await Self.prepare(server)
            var configuration = server.configuration
            configuration.statementTimeout = Self.statementTimeout
            try await server.withDispatcher(on: configuration) { dispatcher in
                for (path, body) in [
                    ("roadmaps/TE-2022", #"{"state": "validee", "effective_on": "2021-01-10"}"#),
                    ("actions/TE-2022-A-0", #"{"confidential": true, "effective_on": "2021-01-15"}"#),
                    ("actions/TE-2022-A-0", #"{"due_on": "2021-01-20", "effective_on": "2021-01-16"}"#),
                ] {
                    let answer = await server.send(
                        raw: .patch, "/v1/\(path)", bytes: Array(body.utf8), fields: ["If-Match": "*"], on: dispatcher)
                    #expect(answer.status == 200, "\(answer.text)")
                }
            }
            #expect(try await server.count("select count(*) from figure_days") >= Self.days)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }
}
