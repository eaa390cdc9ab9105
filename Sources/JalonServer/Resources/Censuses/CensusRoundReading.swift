import ActionPlans
import Documents
import NIOCore
import Postgres

extension CensusRound {
    static let most = 12

    static func value(_ rounds: [CensusRound]) -> MemberValue {
        .objects(rounds.map { MemberValue.Object($0.members) })
    }

    /// As the column holds them.
    static func text(_ rounds: [CensusRound]) -> String {
        var writer = JSONWriter(capacity: 512)
        writer.value(value(rounds))
        return String(buffer: writer.buffer)
    }

    /// - Parameter text: as ``text(_:)`` writes it, or the history.
    static func stored(_ text: String) throws -> [CensusRound] {
        let noted = FaultList()
        let root = try JSONParser.parse(Array("{\"rounds\": \(text)}".utf8))
        var members = MemberReader(root, faults: noted)
        guard let rounds = members.rounds("rounds", of: nil), noted.faults.isEmpty else {
            throw DatabaseError(.decoding, "the rounds of a census cannot be read")
        }
        return rounds
    }
}

extension MemberReader {
    /// - Parameter year: of the census; nil for rounds that were checked when they were stored.
    /// - Returns: nil where there are none to be read, which is noted if the member is there. In the order of their days.
    mutating func rounds(_ name: String, of year: Int?) -> [CensusRound]? {
        var codes: Set<CensusRoundCode> = []
        let read = objects(name, atMost: CensusRound.most) { item -> CensusRound? in
            let code = item.roundCode(of: year)
            let collects = item.required("collects", item.code("collects", as: Collected.self))
            let opensOn = item.required("opens_on", item.date("opens_on"))
            let dueOn = item.required("due_on", item.date("due_on"))
            let expected = item.ministries("expected", 1...CensusWrite.mostExpected)
            item.finish()
            if let code, !codes.insert(code).inserted { item.add("code", .duplicate, .duplicate(code.text)) }
            guard let code, let collects, let opensOn, let dueOn else { return nil }
            if dueOn < opensOn {
                item.add(
                    "due_on", .inconsistent,
                    Message(
                        "La campagne finit avant de commencer : échangez « opens_on » et « due_on ».",
                        "The round ends before it begins: exchange “opens_on” and “due_on”."))
            }
            return CensusRound(code: code, collects: collects, opensOn: opensOn, dueOn: dueOn, expected: expected.given)
        }
        if read == .null { add(name, .required, .required(name)) }
        return read.given?.compactMap(\.self).sorted { ($0.opensOn, $0.dueOn, $0.code) < ($1.opensOn, $1.dueOn, $1.code) }
    }

    private mutating func roundCode(of year: Int?) -> CensusRoundCode? {
        guard let text = required("code", text("code")) else { return nil }
        let code = CensusRoundCode(text)
        if let code, year ?? code.year == code.year { return code }
        let example = "\(year.map { String($0) } ?? "2023")-plans"
        add(
            "code", .invalidValue,
            Message(
                "« \(text.clipped) » n’est pas un code de campagne : l’année du recensement, un tiret et un mot en minuscules, comme \(example).",
                "“\(text.clipped)” is not a code of a round: the year of the census, a hyphen and a word in small letters, such as \(example)."
            ))
        return nil
    }
}
