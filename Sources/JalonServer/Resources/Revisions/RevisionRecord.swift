import ActionPlans
import Documents
import NIOCore
import Postgres

/// A revision as it is stored.
struct RevisionRecord: Sendable {
    let id: RevisionID
    let revision: Revision
    let version: Int
    let createdAt: String
    let updatedAt: String

    /// The columns `init(_:)` reads, of the table `revisions` as `v`.
    static let columns: SQL = """
        v.ministry, v.first_year, v.number, v.state, v.state_reason, v.actions::text, v.version, v.created_at, v.updated_at
        """

    init(_ row: inout Row) throws {
        let roadmap = try row.nextRoadmapID()
        guard let id = RevisionID(roadmap: roadmap, number: try row.next()) else {
            throw DatabaseError(.decoding, "a revision without a number")
        }
        self.id = id
        revision = Revision(state: try row.next(), stateReason: try row.next(), actions: try RevisedAction.stored(row.next()))
        version = try row.next()
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
    }
}

extension Revision {
    /// The members that history keeps.
    private var members: [(name: String, value: MemberValue)] {
        [("state", .text(state.code)), ("state_reason", MemberValue(stateReason)), ("actions", listed)]
    }

    /// In the order of the codes.
    private var listed: MemberValue {
        .objects(actions.sorted { $0.key < $1.key }.map { MemberValue.Object($1.members(code: $0)) })
    }

    /// As the column holds them.
    var storedActions: String {
        var writer = JSONWriter(capacity: 512)
        writer.value(listed)
        return String(buffer: writer.buffer)
    }

    /// - Parameter former: nil for a new one.
    func changes(from former: Revision?) -> [MemberChange] {
        let before = former?.members.map(\.value)
        return members.enumerated().compactMap { place, member in
            MemberChange(member: member.name, from: before?[place] ?? .null, to: member.value)
        }
    }

    func changesOfDeletion() -> [MemberChange] {
        members.compactMap { MemberChange(member: $0.name, from: $0.value, to: .null) }
    }
}

extension RevisedAction {
    fileprivate func members(code: ActionCode) -> [MemberValue.Member] {
        [
            MemberValue.Member("code", .text(code.text)), MemberValue.Member("change", .text(kind.rawValue)),
            MemberValue.Member("before", before.value), MemberValue.Member("after", after.value),
        ]
    }

    /// - Parameter text: as ``Revision/storedActions`` writes it.
    fileprivate static func stored(_ text: String) throws -> [ActionCode: RevisedAction] {
        let noted = FaultList()
        var members = MemberReader(try JSONParser.parse(Array("{\"actions\": \(text)}".utf8)), faults: noted)
        let read = members.objects("actions", atMost: Revision.mostActions) { item in item.revisedAction() }.given
        guard let read, noted.faults.isEmpty else { throw DatabaseError(.decoding, "the actions of a revision cannot be read") }
        return Dictionary(uniqueKeysWithValues: read.map { ($0.code, $0.revised) })
    }
}

extension [ActionMember: MemberValue]? {
    /// In the order of the documents.
    var value: MemberValue {
        guard let values = self else { return .null }
        return .object(
            MemberValue.Object(
                ActionMember.allCases.compactMap { member in values[member].map { MemberValue.Member(member.rawValue, $0) } }))
    }
}

private struct KeptAction: Equatable {
    let code: ActionCode
    let revised: RevisedAction
}

extension MemberReader {
    fileprivate mutating func revisedAction() -> KeptAction? {
        let code = required("code", text("code")).flatMap { ActionCode($0) }
        let kind = required("change", text("change")).flatMap { RevisedAction.Kind(rawValue: $0) }
        let before = object("before") { ActionPatch(&$0, labels: nil) }.given
        let after = object("after") { ActionPatch(&$0, labels: nil) }.given
        guard let code, let kind else { return nil }
        switch kind {
        case .removed: return KeptAction(code: code, revised: .removed(before?.committed ?? [:]))
        case .added: return after.flatMap { Action(stored: $0) }.map { KeptAction(code: code, revised: .added($0)) }
        case .changed:
            let (from, to) = (before?.committed ?? [:], after?.committed ?? [:])
            let members = from.compactMap { member, base in to[member].map { (member, RevisedMember(base: base, value: $0)) } }
            return KeptAction(code: code, revised: .changed(Dictionary(uniqueKeysWithValues: members)))
        }
    }
}

extension Action {
    /// What a revision keeps of an action that it adds.
    fileprivate init?(stored patch: ActionPatch) {
        guard let title = patch.title.given, let theme = patch.theme.given, let level = patch.targetLevel.given else {
            return nil
        }
        self.init(
            title: title, description: patch.description.given, theme: theme, targetLevel: level,
            reachedLevel: patch.reachedLevel.given, status: patch.status.given ?? .aFaire, statusReason: patch.statusReason.given,
            keyAction: patch.keyAction.given ?? false, identifiedOn: patch.identifiedOn.given, dueOn: patch.dueOn.given,
            completedOn: patch.completedOn.given, lead: patch.lead.given, contributors: patch.contributors.given ?? [],
            practices: patch.practices.given ?? [], confidential: patch.confidential.given ?? false)
    }
}
