import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

/// Documents of measures as the tests send them.
enum MeasureDocumentScene {
    static let energy = """
        {"code": "ENERGIE", "title": "Énergie", "kind": "quantity", "unit": "kWh", "consolidation": "sum", "over_time": "sum",
        "decimals": 2, "direction": "decrease", "periodicity": "semester", "days_allowed": 30, "first_period": "2020-S1"}
        """
    static let charter = """
        {"code": "CHARTE", "title": "Charte", "kind": "flag", "unit": "%", "consolidation": "share_of_yes", "direction": "increase",
        "periodicity": "year", "days_allowed": 0, "first_period": "2020"}
        """
    static let monthly = """
        {"code": "MENSUEL", "title": "Mensuel", "kind": "count", "unit": "agents", "consolidation": "sum", "over_time": "sum",
        "direction": "increase", "periodicity": "month", "days_allowed": 30, "first_period": "2000-01"}
        """

    /// One of each kind that documents are about: REEMPLOI, FORMATION, ENERGIE, CHARTE.
    static func define(_ server: TestServer) async throws {
        for definition in [IndicatorScene.reuse, IndicatorScene.training, energy, charter] {
            try await IndicatorScene.define(server, definition)
        }
    }

    static func json(_ lines: [String], reason: String? = nil) -> String {
        #"{"measures": ["# + lines.joined(separator: ",\n") + "]" + (reason.map { #", "reason": "\#($0)""# } ?? "") + "}"
    }

    /// - Parameter key: `FORMATION/TE/2023`.
    static func line(_ key: String, _ members: String) -> String {
        let parts = key.split(separator: "/")
        return #"{"indicator": "\#(parts[0])", "ministry": "\#(parts[1])", "period": "\#(parts[2])", \#(members)}"#
    }

    static func apply(
        _ server: TestServer, _ lines: [String], as caller: TestServer.Caller = .coordinator, query: String = "",
        reason: String? = nil
    ) async -> TestAnswer {
        await server.send(.put, "/v1/measures" + query, as: caller, body: json(lines, reason: reason))
    }

    static func applyTable(
        _ server: TestServer, _ table: String, as caller: TestServer.Caller = .coordinator, query: String = ""
    ) async -> TestAnswer {
        await server.send(.put, "/v1/measures" + query, as: caller, body: table, type: "text/csv")
    }

    /// `created updated unchanged`, of an answer that grants.
    static func summary(_ answer: TestAnswer) throws -> [Int] {
        try #require(answer.status == 200, "\(answer.text)")
        let summary = try answer.json()["summary"]
        return ["created", "updated", "unchanged"].compactMap { summary[$0].number }
    }

    /// The table of all measures, as the service writes it.
    static func export(_ server: TestServer, query: String = "") async -> String {
        await server.send(.get, "/v1/measures" + query, fields: ["Accept": "text/csv"]).text
    }

    /// A member of a measure as it is written, zeros included.
    static func literal(_ server: TestServer, _ key: String, _ member: String = "value") async -> String? {
        IndicatorScene.literal(member, in: await server.send(.get, IndicatorScene.address(key)).text)
    }

    static func changes(_ server: TestServer) async throws -> Int {
        try await server.count("select count(*) from changes where resource = 'measure'")
    }
}
