import ActionPlans
import Documents
import Testing

@testable import JalonServer

@Suite("What people write in YAML that means something else")
struct YAMLFaultTests {
    /// The faults of an action in a plan, as an author reads them: line and column, then the message.
    private static func faults(of members: String) -> [String] {
        let text = "ministry: TE\nfirst_year: 2022\nactions:\n  - theme: achats\n    target_level: reflexion\n" + members
        do {
            let noted = FaultList()
            var reader = MemberReader(try YAMLParser.parse(Array(text.utf8)), faults: noted)
            let plan = PlanReader(&reader, noting: noted, for: nil, labels: nil)
            return plan.faults.map { "\($0.member) \($0.message.french)" }
        } catch {
            return Problem(error).faults.map { fault in
                "\(fault.position.map { "\($0.line):\($0.column)" } ?? "") \(fault.message.french)"
            }
        }
    }

    @Test(
        "is told with the line to write instead",
        arguments: [
            ("title: Achats : moins", #"title: "Achats : moins""#), ("title: @home", #"title: "@home""#),
            ("title: `x`", #"title: "`x`""#), ("title: %20", #"title: "%20""#), ("title: - Louer", #"title: "- Louer""#),
            ("title: * Louer", #"title: "* Louer""#), ("title: & Louer", #"title: "& Louer""#),
            (#"title: "Achats" moins"#, #"title: '"Achats" moins'"#), ("title: [Urgent] Louer", #"title: "[Urgent] Louer""#),
            (#"title: Dire "oui" : non"#, #"title: 'Dire "oui" : non'"#), ("lead: L'État : DNUM", #"lead: "L'État : DNUM""#),
        ])
    func quoted(line: String, remedy: String) {
        let faults = Self.faults(of: "    code: A\n    \(line)\n")
        #expect(faults.count == 1 && faults[0].hasPrefix("7:") && faults[0].hasSuffix("Écrivez : \(remedy)"), "\(faults)")
    }

    @Test(
        "is told in its own words where no line can be given",
        arguments: [
            ("    code: A\n    title: \"Louer\n", "guillemet ouvert"),
            ("    code: A\n    practices: [e.1, e.2\n", "ferme la liste"),
            ("    code: A\n\ttitle: Louer\n", "tabulation"), ("    code: A\n    title\n    lead: X\n", "Il manque « : »"),
            ("    code: A\n    title: !urgent Louer\n", "guillemets"), ("    code: A\n    title: *louer\n", "guillemets"),
            ("    code: A\n  - {code: B, title: a : b}\n", "guillemets"),
            ("    code: A\n      title: Louer\n", "alignez-les"), ("    code: A\n\n\n      title: \"Louer\"\n", "alignez-les"),
        ])
    func others(text: String, told: String) {
        let faults = Self.faults(of: text)
        #expect(faults.count == 1 && faults[0].contains(told), "\(faults)")
    }

    @Test(
        "is told by value, with what to write instead",
        arguments: [
            ("code: 010", #"/code « 010 » se lit comme un nombre, et il faut un texte : mettez-le entre guillemets, "010"."#),
            ("code: 12", #"mettez-le entre guillemets, "12"."#), ("title: 2024", #"mettez-le entre guillemets, "2024"."#),
            ("title: true", #"mettez-le entre guillemets, "true"."#), ("lead: {a: b}", "se met entre guillemets"),
            ("title: [a, b]", "se met entre guillemets"), ("contributors: [DAF : Bureau]", "/contributors/0 Il faut un texte"),
            ("contributors: DAF", #"Écrivez ["DAF"]."#), ("due_on: 2024", "Il faut une date"),
            ("practices: e.1", #"Écrivez ["e.1"]."#),
        ])
    func values(line: String, told: String) {
        let needed = line.hasPrefix("code") ? "    title: Un\n" : "    code: A\n"
        let faults = Self.faults(of: "\(needed)    \(line)\n").map {
            "/" + $0.split(separator: "/").dropFirst(2).joined(separator: "/")
        }
        #expect(faults.count == 1 && faults[0].contains(told), "\(faults)")
    }

    @Test("a year between quotation marks is told to be written without")
    func year() {
        let noted = FaultList()
        var reader = MemberReader(
            DocumentNode(
                .object([("y", DocumentNode(.text("2022"), at: .init(line: 1, column: 1)))]), at: .init(line: 1, column: 1)),
            faults: noted)
        _ = reader.integer("y", in: 2000...2100)
        #expect(noted.faults.first?.message.french.hasSuffix("Écrivez 2022, sans guillemets.") == true)
    }

    @Test(
        "what is a text stays one",
        arguments: [
            "yes", "on", "no", "oui", "1e3", "0x1F", "0o10", "1_000", "1.5", "12:30",
            "C#", "a#b", "« a : b »", "2024-12-31", ".inf", "null-", "~a",
        ])
    func texts(text: String) throws {
        let root = try YAMLParser.parse(Array("a: \"\(text)\"\nb: [\"\(text)\"]".utf8))
        guard case .text(let read)? = root["a"]?.content else {
            Issue.record("\(root)")
            return
        }
        #expect(read == text)
        guard !text.contains(" : "), !text.hasSuffix(":") else { return }
        guard case .text(let plain)? = try YAMLParser.parse(Array("a: \(text)".utf8))["a"]?.content else {
            Issue.record("\(text) is no text")
            return
        }
        #expect(plain == text)
    }
}
