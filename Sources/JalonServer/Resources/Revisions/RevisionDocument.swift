import ActionPlans
import Postgres

/// A revision as one of its readers sees it, with what has been corrected of the plan since.
struct RevisionDocument: Sendable {
    let record: RevisionRecord
    private let conflicts: [ActionCode: [RevisionConflict]]
    /// Those that its present state may be followed by, each with why it may not, if so.
    private let transitions: [(to: RevisionState, blocker: Message?)]
    private let role: Role
    private let language: Language

    init(_ record: RevisionRecord, over stored: [ActionCode: Action], for role: Role, in language: Language) {
        self.record = record
        self.role = role
        self.language = language
        let revision = record.revision
        conflicts = revision.state.isOpen ? Dictionary(grouping: revision.conflicts(with: stored), by: \.code) : [:]
        transitions = RevisionState.following(revision.state).map { next in
            (
                next,
                RevisionState.refusal(from: revision.state, to: next, by: role) ?? revision.blocker(to: next, with: stored)
            )
        }
    }

    /// - Returns: nil where there is none that the caller may see.
    static func last(
        _ session: borrowing Session, of roadmap: RoadmapID, for actor: Actor, in language: Language
    ) throws -> RevisionDocument? {
        guard let record = try RevisionQueries.last(session, of: roadmap, visibleTo: actor) else { return nil }
        let stored = record.revision.state.isOpen ? try ActionQueries.stored(session, of: roadmap) : [:]
        return RevisionDocument(record, over: stored, for: actor.role, in: language)
    }

    /// What is corrected meanwhile shows, and does not move the version; what may follow depends on who reads, and in which language.
    var tag: EntityTag { tag(role, language) }

    /// Of the same state, as others read it: whoever read it so may write over it.
    var otherTags: [EntityTag] {
        [Role.referent, .coordinator].flatMap { role in Language.allCases.map { tag(role, $0) } }.filter { $0 != tag }
    }

    private func tag(_ role: Role, _ language: Language) -> EntityTag {
        let found = conflicts.values.joined().map { conflict in
            "\(conflict.code)/\(conflict.member?.rawValue ?? ""): \(conflict.now)"
        }
        let print = EntityTag.fingerprint(of: found.sorted().joined(separator: "\n"))
        return EntityTag("\(record.version)-revision-\(record.id.key)-\(print)-\(role.code)-\(language.rawValue)")
    }

    static let readOnlyMembers: Set<String> = [
        "roadmap", "ministry", "number", "state_reason", "actions", "transitions", "version", "created_at", "updated_at", "links",
    ]

    func write(to writer: inout JSONWriter) {
        let (id, revision) = (record.id, record.revision)
        writer.object { object in
            object.member("roadmap", id.roadmap.description)
            object.member("ministry", id.roadmap.ministry.text)
            object.member("number", id.number)
            object.member("state", revision.state.code)
            object.member("state_reason", revision.stateReason)
            object.member("actions", listOf: revision.actions.sorted { $0.key < $1.key }) { list, entry in
                write(entry.key, entry.value, to: &list)
            }
            object.member("transitions", listOf: transitions) { list, transition in
                list.object { item in
                    item.member("to", transition.to.code)
                    item.member("allowed", transition.blocker == nil)
                    item.member("blocked_by", transition.blocker?[language])
                }
            }
            object.member("version", record.version)
            object.member("created_at", record.createdAt)
            object.member("updated_at", record.updatedAt)
            object.member("links") { links in
                links.member("self", ResourceID.revision(id).address)
                links.member("roadmap", ResourceID.roadmap(id.roadmap).address)
                links.member("plan", "\(ResourceID.roadmap(id.roadmap).address)/plan")
                links.member("history", "\(ResourceID.revision(id).address)/history")
            }
        }
    }

    private func write(_ code: ActionCode, _ revised: RevisedAction, to writer: inout JSONWriter) {
        writer.object { action in
            action.member("code", code.text)
            action.member("change", revised.kind.rawValue)
            action.member("before", revised.before.value)
            action.member("after", revised.after.value)
            action.member("conflicts", listOf: conflicts[code] ?? []) { list, conflict in
                list.object { item in
                    item.member("member", conflict.member?.rawValue)
                    item.member("before", conflict.base)
                    item.member("now", conflict.now)
                    item.member("after", conflict.revised)
                }
            }
            action.member("links") { links in
                links.member("action", revised.kind == .added ? nil : "/v1/actions/\(record.id.roadmap)-\(code)")
            }
        }
    }
}

extension ActionQueries {
    /// The actions of a roadmap, by code.
    static func stored(_ session: borrowing Session, of roadmap: RoadmapID) throws -> [ActionCode: Action] {
        Dictionary(uniqueKeysWithValues: try all(session, of: roadmap).map { ($0.id.code, $0.action) })
    }
}
