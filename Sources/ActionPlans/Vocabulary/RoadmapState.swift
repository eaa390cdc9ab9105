/// Where a roadmap stands between the ministry that writes it and the coordinators who validate it.
package enum RoadmapState: String, Vocabulary {
    case brouillon
    case soumise
    case enRelecture = "en_relecture"
    case validee
    case close

    package static let listName = Message("état de feuille de route", "roadmap state")

    /// The states that count in figures unless others are asked for: all but drafts.
    package static let published: [RoadmapState] = [.soumise, .enRelecture, .validee, .close]

    /// Whether a roadmap in this state has been validated.
    package var isValidated: Bool { self == .validee || self == .close }

    /// A move from one state to another (from nothing: a creation) and who may make it.
    struct Transition {
        let from: RoadmapState?
        let to: RoadmapState
        let roles: Set<Role>
    }

    /// Every move there is; a pair that is not listed is refused.
    static let transitions: [Transition] = [
        Transition(from: nil, to: .brouillon, roles: [.referent, .coordinator]),
        Transition(from: nil, to: .soumise, roles: [.referent, .coordinator]),
        Transition(from: nil, to: .enRelecture, roles: [.coordinator]),
        Transition(from: nil, to: .validee, roles: [.coordinator]),
        Transition(from: nil, to: .close, roles: [.coordinator]),
        Transition(from: .brouillon, to: .soumise, roles: [.referent, .coordinator]),
        Transition(from: .soumise, to: .brouillon, roles: [.referent, .coordinator]),
        Transition(from: .soumise, to: .enRelecture, roles: [.coordinator]),
        Transition(from: .enRelecture, to: .brouillon, roles: [.coordinator]),
        Transition(from: .enRelecture, to: .validee, roles: [.coordinator]),
        Transition(from: .validee, to: .close, roles: [.coordinator]),
    ]

    /// Whether anybody may make this move.
    static func isPossible(from: RoadmapState?, to: RoadmapState) -> Bool {
        transitions.contains { $0.from == from && $0.to == to }
    }

    /// - Throws: ``Refusal/transitionRefused`` when nobody may make this move, ``Refusal/forbidden`` when the role may not.
    package static func checkMove(from: RoadmapState?, to: RoadmapState, by role: Role) throws(Refusal) {
        guard let transition = transitions.first(where: { $0.from == from && $0.to == to }) else {
            let allowed = transitions.filter { $0.from == from && $0.roles.contains(role) }.map(\.to.code)
            throw .transitionRefused(from: from?.code, to: to.code, allowed: allowed)
        }
        guard transition.roles.contains(role) else { throw .onlyForCoordination(to) }
    }

    /// - Throws: ``Refusal/forbidden`` when the role may never bring a roadmap into this state.
    static func checkMayEnter(_ state: RoadmapState, _ role: Role) throws(Refusal) {
        guard transitions.contains(where: { $0.from != nil && $0.to == state && $0.roles.contains(role) }) else {
            throw .onlyForCoordination(state)
        }
    }
}

extension Refusal {
    fileprivate static func onlyForCoordination(_ state: RoadmapState) -> Refusal {
        .forbidden(
            Message(
                "Passer une feuille de route à l’état « \(state.code) » revient à la coordination.",
                "Only coordinators may move a roadmap to the state “\(state.code)”."))
    }
}
