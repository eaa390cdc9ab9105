import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

/// Random revisions, follow-up and corrections of one plan, through the API and in a naive model of what all may see.
struct RevisionStory {
    let server: TestServer
    var dice: Seed
    var naive = NaiveRevisions()
    /// What waits, by code: the members to become, none for a removal; what they were when they were revised.
    private var pending: [String: Waiting] = [:]
    private var state = ""
    private let today: String
    private(set) var validations = 0
    private(set) var done: [String] = []

    private struct Waiting {
        let kind: String
        var base: [String: String] = [:]
        var after: [String: String] = [:]
    }

    static let plan = "TE-2022"
    private static let committed: Set<String> = ["title", "theme", "target_level", "key_action"]
    private static let codes = ["A", "B", "C", "D", "E", "F"]
    private static let days = ["2022-02-01", "2022-05-01", "2022-09-01", "2023-03-01"]

    init(server: TestServer, dice: Seed) async throws {
        self.server = server
        self.dice = dice
        today = try await server.database.read { session in
            try session.one("select paris_today()::text") { row in try row.next(String.self) }
        }
        try await server.apply(
            """
            ministry: TE
            first_year: 2022
            state: validee
            effective_on: 2022-01-10
            actions:
              - {code: A, title: Un, theme: achats, target_level: reflexion}
              - {code: B, title: Deux, theme: fin_usage, target_level: realisation, key_action: true}
              - {code: C, title: Trois, theme: achats, target_level: experimentation}
            """, to: Self.plan)
        let instant = try await ImpactScene.now(server)
        for (code, title, theme, level, isKey) in [
            ("A", "Un", "achats", "reflexion", "false"), ("B", "Deux", "fin_usage", "realisation", "true"),
            ("C", "Trois", "achats", "experimentation", "false"),
        ] {
            let members = [
                "title": title, "theme": theme, "target_level": level, "key_action": isKey, "reached_level": "",
                "status": "a_faire",
            ]
            naive.append(.init(code: code, day: "2022-01-10", instant: instant, members: members, begins: true))
        }
    }

    /// The last instant of the service.
    func now() async throws -> String { try await ImpactScene.now(server) }

    func present() -> [String: [String: String]] { naive.states(on: today, at: "9999") }

    /// - Returns: whether what all may see may have changed.
    mutating func step() async throws -> Bool {
        let choice = Int.random(in: 0..<20, using: &dice)
        switch (choice, state) {
        case (0..<4, _): return try await followUp()
        case (4..<6, _): return try await correct()
        case (6, _): return try await refuse()
        case (_, ""): try await open()
        case (7..<14, _): try await revise()
        case (14, _): try await takeBack()
        case (15, "en_preparation"): try await end("abandonnee")
        case (_, "en_preparation"): try await submit()
        case (15, "soumise"): try await move(to: "en_preparation")
        default: return try await validate()
        }
        return false
    }

    private mutating func commitments() -> [String: String] {
        var members = [
            "title": "Titre \(Int.random(in: 0..<1000, using: &dice))",
            "theme": ["achats", "fin_usage", "phase_usage"].randomElement(using: &dice) ?? "achats",
            "target_level": ["reflexion", "experimentation", "realisation"].randomElement(using: &dice) ?? "reflexion",
            "key_action": Bool.random(using: &dice) ? "true" : "false",
        ]
        for name in Self.committed.sorted() where members.count > 1 && Bool.random(using: &dice) { members[name] = nil }
        return members
    }

    private static func json(_ members: [String: String], _ more: String = "") -> String {
        let written = members.sorted { $0.key < $1.key }.map { name, value in
            "\"\(name)\": " + (name == "key_action" ? value : value.isEmpty ? "null" : "\"\(value)\"")
        }
        return "{" + (written + (more.isEmpty ? [] : [more])).joined(separator: ", ") + "}"
    }

    private mutating func someDay() -> String? { Bool.random(using: &dice) ? Self.days.randomElement(using: &dice) : nil }

    private static func dated(_ day: String?) -> String { day.map { "\"effective_on\": \"\($0)\", " } ?? "" }

    private mutating func followUp() async throws -> Bool {
        guard let code = present().keys.sorted().randomElement(using: &dice) else { return false }
        let day = someDay()
        let members = [
            "reached_level": ["", "reflexion", "experimentation", "realisation"].randomElement(using: &dice) ?? "",
            "status": Bool.random(using: &dice) ? "en_cours" : "a_faire",
        ]
        let answer = await RevisionTests.patch(server, code, Self.json(members, Self.dated(day) + "\"reason\": \"Suivi\""))
        return try await say(answer, code, members, on: day, "follow-up")
    }

    private mutating func correct() async throws -> Bool {
        let there = present()
        let day = someDay()
        if Int.random(in: 0..<6, using: &dice) == 0, there.count > 1, let code = there.keys.sorted().randomElement(using: &dice) {
            let answer = await server.send(
                .delete, "/v1/actions/\(Self.plan)-\(code)?reason=Doublon", fields: ["If-Match": "*"])
            try #require(answer.status == 204, "\(answer.text)")
            naive.append(.init(code: code, day: today, instant: try await now(), members: nil))
            done.append("removed by hand")
            return true
        }
        guard let code = there.keys.sorted().randomElement(using: &dice) else { return false }
        let members = commitments()
        let answer = await RevisionTests.patch(
            server, code, Self.json(members, Self.dated(day) + "\"reason\": \"Correction\""), as: .coordinator)
        return try await say(answer, code, members, on: day, "correction")
    }

    /// Keeps what an accepted write says; what says what is so leaves no trace.
    private mutating func say(
        _ answer: TestAnswer, _ code: String, _ members: [String: String], on day: String?, _ what: String
    ) async throws -> Bool {
        let instant = try await now()
        guard let state = naive.present(code, on: day ?? today) else {
            #expect(answer.status == 422, "\(what) \(code): \(answer.text)")
            return false
        }
        try #require(answer.status == 200, "\(what) \(code): \(answer.text)")
        let said = members.filter { state[$0.key] != $0.value }
        if said.isEmpty { return false }
        naive.append(.init(code: code, day: day ?? today, instant: instant, members: said))
        done.append(what)
        return true
    }

    /// A référent's write on a commitment.
    private mutating func refuse() async throws -> Bool {
        guard let (code, known) = present().sorted(by: { $0.key < $1.key }).randomElement(using: &dice) else { return false }
        let title = "Refusé \(Int.random(in: 0..<1000, using: &dice))"
        let answer =
            Bool.random(using: &dice)
            ? await RevisionTests.patch(server, code, Self.json(["title": title]))
            : await server.send(
                .put, "/v1/roadmaps/\(Self.plan)/plan", as: .referent,
                body: #"{"ministry": "TE", "first_year": 2022, "actions": [{"code": "\#(code)", "title": "\#(title)"}]}"#,
                fields: ["If-Match": "*"])
        #expect(answer.status == 409 && answer.text.contains("revision-required"), "\(code) \(known): \(answer.text)")
        return false
    }

    private mutating func open() async throws {
        try await RevisionScene.open(server, Self.plan, as: .referent)
        state = "en_preparation"
        pending = [:]
    }

    private mutating func revise() async throws {
        let there = present()
        guard let code = Self.codes.randomElement(using: &dice) else { return }
        var members = commitments()
        let caller: TestServer.Caller = state == "soumise" ? .coordinator : .referent
        guard let known = there[code] else {
            members = ["title": "Neuf", "theme": "achats", "target_level": "reflexion"].merging(members) { $1 }
            try await RevisionScene.revise(server, Self.plan, code, Self.json(members), as: caller)
            let former = pending[code].flatMap { $0.kind == "added" ? $0.after : nil }
            let whole = former ?? ["key_action": "false", "reached_level": "", "status": "a_faire"]
            pending[code] = Waiting(kind: "added", after: whole.merging(members) { $1 })
            return
        }
        if Int.random(in: 0..<5, using: &dice) == 0 {
            try await RevisionScene.revise(server, Self.plan, code, #"{"removed": true}"#, as: caller)
            pending[code] = Waiting(kind: "removed", base: known.filter { Self.committed.contains($0.key) })
            return
        }
        try await RevisionScene.revise(server, Self.plan, code, Self.json(members, "\"removed\": false"), as: caller)
        var entry = pending[code].flatMap { $0.kind == "changed" ? $0 : nil } ?? Waiting(kind: "changed")
        for (name, value) in members {
            entry.base[name] = known[name] == value ? nil : known[name]
            entry.after[name] = known[name] == value ? nil : value
        }
        pending[code] = entry.after.isEmpty ? nil : entry
    }

    private mutating func takeBack() async throws {
        guard let code = pending.keys.sorted().randomElement(using: &dice) else { return }
        let answer = await server.send(
            .delete, "\(RevisionTests.address)/actions/\(code)", as: state == "soumise" ? .coordinator : .referent,
            fields: ["If-Match": "*"])
        try #require(answer.status == 204, "\(answer.text)")
        pending[code] = nil
    }

    private mutating func submit() async throws {
        let answer = await RevisionScene.move(server, Self.plan, to: "soumise", as: .referent)
        #expect(answer.status == (pending.isEmpty ? 409 : 200), "\(answer.text)")
        if answer.status == 200 { state = "soumise" }
    }

    private mutating func move(to next: String) async throws {
        try await RevisionScene.moved(server, Self.plan, to: next, #", "reason": "Incomplète""#)
        state = next
    }

    private mutating func end(_ next: String) async throws {
        try await move(to: next)
        state = ""
        pending = [:]
    }

    /// Whether something of the plan is no longer as it was revised.
    private func isContradicted(by there: [String: [String: String]]) -> Bool {
        pending.contains { code, entry in
            guard let known = there[code] else { return entry.kind != "added" }
            if entry.kind == "added" { return true }
            return entry.base.contains { name, base in
                known[name] != base && (entry.kind == "removed" || known[name] != entry.after[name])
            }
        }
    }

    private mutating func validate() async throws -> Bool {
        let day = someDay()
        let answer = await RevisionScene.move(
            server, Self.plan, to: "validee", day.map { #", "effective_on": "\#($0)""# } ?? "")
        let instant = try await now()
        if pending.isEmpty || isContradicted(by: present()) {
            #expect(answer.status == 409, "\(pending): \(answer.text)")
            return false
        }
        let on = day ?? today
        let states = Dictionary(
            uniqueKeysWithValues: naive.codes.compactMap { code in naive.present(code, on: on).map { (code, $0) } })
        let there = present()
        let isThere = pending.allSatisfy { code, entry in
            if entry.kind == "added" { return true }
            guard states[code] != nil else { return false }
            if entry.kind == "removed" { return naive.lastDay(of: code) <= on }
            // All of it is to hold today.
            return entry.after.allSatisfy { naive.lastDay(of: code, $0) <= on || there[code]?[$0] == $1 }
        }
        guard isThere else {
            #expect(answer.status == 422, "\(pending) \(on): \(answer.text)")
            return false
        }
        try #require(answer.status == 200, "\(pending) \(on): \(answer.text)")
        for (code, entry) in pending.sorted(by: { $0.key < $1.key }) {
            switch entry.kind {
            case "removed": naive.append(.init(code: code, day: on, instant: instant, members: nil))
            case "added": naive.append(.init(code: code, day: on, instant: instant, members: entry.after, begins: true))
            default:
                let said = entry.after.filter { states[code]?[$0.key] != $0.value }
                if !said.isEmpty { naive.append(.init(code: code, day: on, instant: instant, members: said)) }
            }
        }
        (state, pending) = ("", [:])
        validations += 1
        return true
    }
}
