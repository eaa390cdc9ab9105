import ActionPlans
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

/// Writes at random, as ministries and coordinators might make them, in any order of effective dates.
struct RandomHistory {
    private static let ministries = ["TE", "EF", "JUS"]
    private static let years = [2021, 2022, 2023]

    let server: TestServer
    var seed: Seed
    private(set) var accepted = 0
    private(set) var refused = 0
    /// By roadmap, the days of which its state was said.
    private var movedOn: [String: [String]] = [:]

    init(_ server: TestServer, _ seed: Seed) {
        self.server = server
        self.seed = seed
    }

    /// Whether enough was tried, and enough of it accepted: how many are refused is chance too.
    func isLong(tried: Int, accepted least: Int) throws -> Bool {
        try #require(accepted + refused < 10 * tried, "nearly all is refused, \(seed)")
        return accepted + refused >= tried && accepted > least
    }

    private mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: items.indices, using: &seed)] }
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &seed) < percent }

    /// Any day of 2021 to 2023, or none: today.
    mutating func day() -> String {
        "\(pick([2021, 2022, 2022, 2023]))-\(twoDigits(1...12))-\(twoDigits(1...28))"
    }

    private mutating func twoDigits(_ range: ClosedRange<Int>) -> String {
        let number = Int.random(in: range, using: &seed)
        return number < 10 ? "0\(number)" : "\(number)"
    }

    /// With a reason, which corrections of a validated plan ask for.
    private mutating func effective() -> String {
        (chance(85) ? #", "effective_on": "\#(day())""# : "") + (chance(90) ? #", "reason": "Motif""# : "")
    }

    /// Sends one write more; a refusal must be one of the documented ones.
    mutating func step() async throws {
        let ministry = pick(Self.ministries)
        let roadmap = "\(ministry)-\(pick(Self.years))"
        let answer: TestAnswer
        switch Int.random(in: 0..<100, using: &seed) {
        case 0..<8:
            answer = await server.send(
                .post, "/v1/roadmaps",
                body: #"{"ministry": "\#(ministry)", "first_year": \#(pick(Self.years))\#(lastYear())\#(effective())}"#)
        case 8..<18: answer = await put(roadmap, ministry)
        case 18..<40:
            answer = await server.send(
                .post, "/v1/roadmaps/\(roadmap)/actions",
                body: #"{"code": "A-\#(Int.random(in: 0..<12, using: &seed))", \#(action())\#(effective())}"#)
        case 40..<72:
            answer = await server.send(
                .patch, "/v1/actions/\(roadmap)-A-\(Int.random(in: 0..<12, using: &seed))", body: "{\(patch())\(effective())}",
                fields: ["If-Match": "*"])
        case 72..<78:
            answer = await server.send(
                .delete, "/v1/actions/\(roadmap)-A-\(Int.random(in: 0..<12, using: &seed))?effective_on=\(day())&reason=Motif",
                fields: ["If-Match": "*"])
        case 78..<93:
            answer = await server.send(
                .patch, "/v1/roadmaps/\(roadmap)", body: chance(75) ? move(roadmap) : "{\(plainMember())\(effective())}",
                fields: ["If-Match": "*"])
        case 93..<95:
            answer = await server.send(.delete, "/v1/roadmaps/\(roadmap)?effective_on=\(day())", fields: ["If-Match": "*"])
        case 95..<97:
            answer = await server.send(
                .put, "/v1/censuses/\(pick(Self.years))",
                body: #"{"due_on": "\#(day())", "expected": ["\#(ministry)", "\#(pick(["AGR", "CUL"]))"]}"#,
                fields: ["If-Match": "*"])
        default:
            answer = await server.send(
                .patch, "/v1/ministries/\(ministry)", as: .admin,
                body: """
                    {"names": [{"name": "Ministère \(day())", "acronym": "\(pick(["M1", "M (2)"]))", "from": "2020-01-01"},
                    {"name": "Autre \(day())", "from": "2022-06-01"}]}
                    """,
                fields: ["If-Match": "*"])
        }
        if (200..<300).contains(answer.status) { accepted += 1 } else { refused += 1 }
        try #require(
            [200, 201, 204, 400, 404, 409, 412, 422, 428].contains(answer.status), "\(answer.status) \(answer.text) \(seed)")
    }

    private mutating func plainMember() -> String { chance(50) ? #""title": "Plan \#(day())""# : #""last_year": 2024"# }

    /// A state, now and then one that ended before the next one, or that corrects what was said of a day.
    private mutating func move(_ roadmap: String) -> String {
        let state = pick(["soumise", "soumise", "en_relecture", "en_relecture", "validee", "validee", "brouillon", "close"])
        let told = movedOn[roadmap] ?? []
        let on = !told.isEmpty && chance(40) ? pick(told) : day()
        movedOn[roadmap, default: []].append(on)
        let until = chance(30) ? #", "until": "\#(max(on, day()))""# : ""
        return chance(85)
            ? #"{"state": "\#(state)", "effective_on": "\#(on)"\#(until), "reason": "Motif"}"# : #"{"state": "\#(state)"}"#
    }

    private mutating func put(_ roadmap: String, _ ministry: String) async -> TestAnswer {
        let tag = await server.send(.get, "/v1/roadmaps/\(roadmap)/plan").tag
        let lines = (0..<Int.random(in: 1...8, using: &seed)).map { number in #"{"code": "A-\#(number)", \#(action())}"# }
        let state = tag.isEmpty ? #", "state": "\#(pick(["brouillon", "soumise", "validee"]))""# : ""
        return await server.send(
            .put, "/v1/roadmaps/\(roadmap)/plan",
            body: """
                {"ministry": "\(ministry)", "first_year": \(roadmap.suffix(4))\(state)\(effective()),
                 "actions": [\(lines.joined(separator: ","))]}
                """, fields: tag.isEmpty ? [:] : ["If-Match": tag])
    }

    private mutating func lastYear() -> String { chance(30) ? #", "last_year": 2023"# : "" }

    private mutating func action() -> String {
        let status = pick(ActionStatus.allCases)
        var members = [
            #""title": "Action \#(Int.random(in: 0...99, using: &seed))""#, #""theme": "\#(pick(Theme.allCases).code)""#,
            #""target_level": "\#(pick(EngagementLevel.allCases).code)""#, #""status": "\#(status.code)""#,
            #""key_action": \#(chance(30))"#, #""confidential": \#(chance(20))"#,
        ]
        if status == .abandonnee { members.append(#""status_reason": "Sans suite""#) }
        if chance(60) { members.append(#""reached_level": "\#(pick(EngagementLevel.allCases).code)""#) }
        if chance(60) { members.append(#""due_on": "\#(day())""#) }
        return members.joined(separator: ", ")
    }

    private mutating func patch() -> String {
        switch Int.random(in: 0..<12, using: &seed) {
        case 0: #""status": "abandonnee", "status_reason": "Motif \#(day())""#
        case 1, 2, 3: #""status": "\#(pick(["a_faire", "en_cours", "realisee", "realisee"]))""#
        case 4: #""due_on": \#(chance(20) ? "null" : "\"\(day())\"")"#
        case 5: #""reached_level": \#(chance(20) ? "null" : "\"\(pick(EngagementLevel.allCases).code)\"")"#
        case 6: #""theme": "\#(pick(Theme.allCases).code)", "target_level": "\#(pick(EngagementLevel.allCases).code)""#
        case 7: #""key_action": \#(chance(50))"#
        case 8: #""confidential": \#(chance(50))"#
        case 9: #""status_reason": \#(chance(50) ? "null" : "\"Précision\"")"#
        case 10: #""status": "realisee", "completed_on": "\#(day())""#
        default: action()
        }
    }
}
