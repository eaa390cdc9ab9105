import ActionPlans
import Postgres

/// A name from a date on; without a name the body does not exist as such meanwhile.
struct MinistryName: Sendable, Equatable {
    let from: CivilDate
    let name: String?
    let acronym: String?
    let note: String?
    /// The day before the next name; known once stored.
    var until: CivilDate?

    /// How history tells it.
    var summary: String {
        "\(from) : \(name ?? "—")" + (acronym.map { " (\($0))" } ?? "") + (note.map { " ; \($0)" } ?? "")
    }
}

struct MinistrySuccession: Sendable, Hashable {
    let predecessor: MinistryCode
    let successor: MinistryCode
    let on: CivilDate
    let kind: SuccessionKind
    let note: String?

    var summary: String { "\(on) : \(predecessor) → \(successor) (\(kind.code))" + (note.map { " ; \($0)" } ?? "") }
}

enum SuccessionKind: String, Vocabulary, SQLEncodable, SQLDecodable {
    case fusion, scission, transfert

    static let listName = Message("nature de succession", "kind of succession")
}

/// A body as it is stored. Its current name is that of the date asked for.
struct MinistryRecord: Sendable {
    let code: MinistryCode
    var kind: MinistryKind
    var siren: String?
    var siret: String?
    let version: Int
    let createdAt: String
    let updatedAt: String
    /// By date.
    var names: [MinistryName] = []
    var successions: [MinistrySuccession] = []

    static let members = [
        "code", "kind", "name", "acronym", "siren", "siret", "names", "successions", "version", "created_at", "updated_at",
        "links",
    ]
    /// How many names it may have had, and successions it may have been part of.
    static let mostNames = 100

    static let readOnlyMembers: Set<String> = [
        "code", "name", "acronym", "version", "created_at", "updated_at", "links",
    ]

    static let columns: SQL = "m.code, m.kind, m.siren, m.siret, m.version, m.created_at, m.updated_at"

    init(_ row: inout Row) throws {
        code = try row.next()
        kind = try row.next()
        siren = try row.next()
        siret = try row.next()
        version = try row.next()
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
    }

    /// nil before the first name and while the body does not exist as such.
    func name(on day: CivilDate) -> MinistryName? { names.last { $0.from <= day } }

    /// The name shown depends on the day, so the validator does too.
    func tag(on day: CivilDate) -> EntityTag {
        EntityTag("\(version)" + (name(on: day).map { "-\($0.from)" } ?? ""))
    }

    /// The answer to a write.
    func answer(on day: CivilDate) -> Answer { Answer.json { write(to: &$0, on: day) }.tagged(tag(on: day)) }

    func write(to writer: inout JSONWriter, on day: CivilDate, selecting fields: Set<String>? = nil) {
        let current = name(on: day)
        writer.object(selecting: fields) { object in
            object.member("code", code.text)
            object.member("kind", kind.code)
            object.member("name", current?.name)
            object.member("acronym", current?.acronym)
            object.member("siren", siren)
            object.member("siret", siret)
            object.member("names", listOf: names) { list, name in
                list.object { item in
                    item.member("name", name.name)
                    item.member("acronym", name.acronym)
                    item.member("from", name.from)
                    item.member("until", name.until)
                    item.member("note", name.note)
                }
            }
            object.member("successions", listOf: successions) { list, succession in
                list.object { item in
                    item.member("predecessor", succession.predecessor.text)
                    item.member("successor", succession.successor.text)
                    item.member("on", succession.on)
                    item.member("kind", succession.kind.code)
                    item.member("note", succession.note)
                }
            }
            object.member("version", version)
            object.member("created_at", createdAt)
            object.member("updated_at", updatedAt)
            object.member("links") { links in
                links.member("self", "/v1/ministries/\(code)")
                links.member("roadmaps", "/v1/roadmaps?ministry=\(code)")
                links.member("actions", "/v1/actions?ministry=\(code)")
            }
        }
    }

    func checkIdentifiers() throws(Refusal) {
        try Self.checkIdentifiers(siren: siren, siret: siret)
    }

    /// - Throws: ``Refusal/invalid(_:)`` for a SIRET that does not begin with the SIREN.
    static func checkIdentifiers(siren: String?, siret: String?) throws(Refusal) {
        guard let siret, !siret.hasPrefix(siren ?? "-") else { return }
        throw .invalid([
            Fault(
                "siret", .inconsistent,
                Message("Un SIRET commence par le SIREN de l’organisme.", "A SIRET begins with the body’s SIREN."))
        ])
    }

    /// What history compares.
    func changes(from earlier: MinistryRecord?) -> [MemberChange] {
        func change(_ member: String, _ value: (MinistryRecord) -> MemberValue) -> MemberChange? {
            MemberChange(member: member, from: earlier.map(value) ?? .null, to: value(self))
        }
        return [
            change("kind") { .text($0.kind.code) }, change("siren") { MemberValue($0.siren) },
            change("siret") { MemberValue($0.siret) }, change("names") { .list($0.names.map(\.summary)) },
            change("successions") { .list($0.successions.map(\.summary)) },
        ].compactMap { $0 }
    }
}
