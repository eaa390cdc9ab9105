import ActionPlans
import Documents

/// How the members of a ministry are read from a request.
extension MemberReader {
    private static let nameRule = TextRule(longest: 300)
    private static let acronymRule = TextRule(longest: 30)
    private static let noteRule = TextRule(longest: 1_000)

    mutating func newMinistryCode() -> MinistryCode? {
        guard let text = required("code", text("code")) else { return nil }
        if let code = MinistryCode(text) { return code }
        add(
            "code", .invalidValue,
            Message("Un code de ministère s’écrit [A-Z][A-Z0-9]{0,7}.", "A ministry code is [A-Z][A-Z0-9]{0,7}."))
        return nil
    }

    /// The SIREN (9 digits) and the SIRET (14), which begins with it.
    mutating func identifiers() -> (siren: Assignment<String>, siret: Assignment<String>) {
        (digits("siren", count: 9), digits("siret", count: 14))
    }

    private mutating func digits(_ name: String, count: Int) -> Assignment<String> {
        let assignment = text(name)
        guard let text = assignment.given else { return assignment }
        if text.utf8.count == count, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return assignment }
        add(name, .invalidValue, Message("Il faut \(count) chiffres.", "Expected \(count) digits."))
        return .absent
    }

    /// The whole list of dated names, in order of date.
    mutating func names(atMost most: Int) -> Assignment<[MinistryName]> {
        var dates: Set<CivilDate> = []
        let names = objects("names", atMost: most) { item -> MinistryName? in
            let from = item.required("from", item.date("from"))
            let name = item.line("name", Self.nameRule, nullable: true)
            let acronym = item.line("acronym", Self.acronymRule, nullable: true)
            let note = item.line("note", Self.noteRule, nullable: true)
            if name == .absent { item.add("name", .required, .required("name")) }
            if name == .null, acronym.given != nil {
                item.add(
                    "acronym", .inconsistent, Message("Sans nom, pas de sigle.", "Without a name there is no acronym."))
            }
            item.finish(readOnly: ["until"])
            guard let from else { return nil }
            if !dates.insert(from).inserted { item.add("from", .duplicate, .duplicate(from.description)) }
            return MinistryName(from: from, name: name.given, acronym: acronym.given, note: note.given)
        }
        guard let given = names.given else { return names }
        if given.isEmpty {
            add("names", .tooFew, Message("Il faut au moins un nom.", "At least one name is needed."))
        }
        return .value(given.sorted { $0.from < $1.from })
    }

    /// The whole list of the successions a body takes part in.
    mutating func successions(of code: MinistryCode, atMost most: Int) -> Assignment<[MinistrySuccession]> {
        let list = objects("successions", atMost: most) { item -> MinistrySuccession? in
            let predecessor = item.ministry("predecessor")
            let successor = item.ministry("successor")
            let on = item.required("on", item.date("on"))
            let kind = item.required("kind", item.code("kind", as: SuccessionKind.self))
            let note = item.line("note", Self.noteRule, nullable: true)
            item.finish()
            guard let predecessor, let successor, let on, let kind else { return nil }
            if predecessor == successor || (predecessor != code && successor != code) {
                item.add(
                    "predecessor", .inconsistent,
                    Message(
                        "Un lien va d’un organisme à un autre, et l’un des deux est \(code).",
                        "A link goes from one body to another, and one of them is \(code)."))
            }
            return MinistrySuccession(predecessor: predecessor, successor: successor, on: on, kind: kind, note: note.given)
        }
        guard let given = list.given else { return list }
        return .value(
            given.sorted {
                ($0.on, $0.predecessor, $0.successor) < ($1.on, $1.predecessor, $1.successor)
            })
    }

    /// A line of text under a rule.
    mutating func line(_ name: String, _ rule: TextRule, nullable: Bool) -> Assignment<String> {
        let assignment = text(name)
        if assignment == .null, !nullable { add(name, .required, .required(name)) }
        guard let text = assignment.given else { return assignment }
        var faults: [Fault] = []
        let checked = rule.checked(text, member: name, faults: &faults)
        for fault in faults { add(fault.member, fault.code, fault.message) }
        return checked.map { .value($0) } ?? .null
    }

    /// A list of distinct ministry codes.
    mutating func ministries(_ name: String, _ count: ClosedRange<Int>) -> Assignment<[MinistryCode]> {
        let assignment = texts(name)
        guard let texts = assignment.given else { return assignment == .null ? .null : .absent }
        if texts.count > count.upperBound { add(name, .tooMany, .tooMany(texts.count, count.upperBound)) }
        if texts.count < count.lowerBound {
            add(name, .tooFew, Message("Il en faut au moins \(count.lowerBound).", "At least \(count.lowerBound) is needed."))
        }
        var codes: [MinistryCode] = []
        for (index, text) in texts.enumerated() {
            guard let code = MinistryCode(text) else {
                add("\(name)/\(index)", .unknownReference, .unknownMinistry(text))
                continue
            }
            if codes.contains(code) { add("\(name)/\(index)", .duplicate, .duplicate(text)) }
            codes.append(code)
        }
        return .value(codes)
    }
}

extension ParameterReader {
    /// The ministries of a filter.
    mutating func ministries(_ name: String = "ministry") -> [MinistryCode]? {
        values(name, { MinistryCode($0) }) { text in
            Message("« \(text.clipped) » n’est pas un code de ministère.", "“\(text.clipped)” is not a ministry code.")
        }
    }
}
