import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

/// Factors and impacts as the tests make them, through the API alone.
enum ImpactScene {
    static let laptop = factor(
        "PORTABLE-RECONDITIONNE", co2: #"{"low": null, "central": 54.9, "high": null}"#, sb: #"{"central": 0.0028}"#)
    static let laptopWithInterval = factor(
        "PORTABLE-RECONDITIONNE", co2: #"{"low": 40, "central": 54.9, "high": 70}"#, sb: #"{"central": 0.0028}"#)
    static let phone = factor("TELEPHONE-RECONDITIONNE", co2: #"{"central": 25.5}"#, sb: #"{"central": 0.0008}"#)
    static let ofLaptops = """
        {"factor": "PORTABLE-RECONDITIONNE", "quantity": {"low": 900, "central": 1000, "high": 1100}, "period": "2022", "basis": "estimated"}
        """

    /// Another one of the same.
    static func ofLaptops(_ number: Int) -> String {
        ofLaptops.replacing("\"estimated\"", with: "\"estimated\", \"comment\": \"lot \(number)\"")
    }

    static func factor(_ code: String, co2: String?, sb: String? = nil, family: String = "MINUMECO") -> String {
        """
        {"code": "\(code)", "title": "Achat reconditionné", "functional_unit": "un équipement acheté", "kg_co2_eq": \(co2 ?? "null"),
        "kg_sb_eq": \(sb ?? "null"), "method_family": "\(family)", "source": "MiNumEco", "data_year": 2022, "place": "France"}
        """
    }

    static func impact(
        of factor: String, _ quantity: String, in year: Int = 2022, basis: String = "estimated", group: String? = nil
    ) -> String {
        let overlap = group.map { #", "overlap_group": "\#($0)""# } ?? ""
        return #"{"factor": "\#(factor)", "quantity": \#(quantity), "period": "\#(year)", "basis": "\#(basis)"\#(overlap)}"#
    }

    static func define(_ server: TestServer, _ factor: String) async throws {
        let answer = await server.send(.post, "/v1/impact-factors", body: factor)
        try #require([200, 201].contains(answer.status), "\(answer.text)")
    }

    /// - Returns: its address.
    @discardableResult
    static func give(
        _ server: TestServer, _ action: String, _ impact: String, as caller: TestServer.Caller = .coordinator
    ) async throws -> String {
        let answer = await server.send(.post, "/v1/actions/\(action)/impacts", as: caller, body: impact)
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.fields[.location])
    }

    static func figures(
        _ server: TestServer, _ year: Int = 2022, as caller: TestServer.Caller = .anonymous, query: String = ""
    ) async throws -> JSONValue {
        let answer = await server.send(.get, "/v1/impacts/figures?year=\(year)\(query)", as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json()
    }

    /// A plan that all may see.
    static func plan(_ server: TestServer, _ id: String, _ actions: String, state: String = "validee") async throws {
        let parts = id.split(separator: "-")
        try await server.apply(
            "{ministry: \(parts[0]), first_year: \(parts[1]), state: \(state), actions: [\(actions)]}", to: id)
    }

    static func action(_ code: String, _ more: String = "") -> String {
        "{code: \(code), title: Acheter, theme: achats, target_level: reflexion\(more.isEmpty ? "" : ", " + more)}"
    }

    /// The instant of the database.
    static func now(_ server: TestServer) async throws -> String {
        try await server.database.read { session in
            try session.one("select rfc3339(clock_timestamp())") { row in try row.next(String.self) }
        }
    }
}
