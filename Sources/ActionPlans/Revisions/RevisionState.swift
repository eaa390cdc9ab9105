/// Where a revision of a validated plan stands between the ministry that prepares it and the coordinators who validate it.
package enum RevisionState: String, Vocabulary {
    case enPreparation = "en_preparation"
    case soumise
    case validee
    case abandonnee

    package static let listName = Message("état de révision", "state of a revision")

    package var label: Message {
        switch self {
        case .enPreparation: Message("En préparation", "Being prepared")
        case .soumise: Message("Soumise", "Submitted")
        case .validee: Message("Validée", "Validated")
        case .abandonnee: Message("Abandonnée", "Abandoned")
        }
    }

    /// Whether it waits: a roadmap has one such revision at most.
    package var isOpen: Bool { self == .enPreparation || self == .soumise }

    package static let open = allCases.filter(\.isOpen)

    /// A move from one state to another (from nothing: the opening) and who may make it.
    private struct Transition {
        let from: RevisionState?
        let to: RevisionState
        let roles: Set<Role>
        /// Whose move needs a reason: what they refuse is the work of others.
        var saysWhy: Set<Role> = []
    }

    /// Every move there is; a pair that is not listed is refused.
    private static let transitions: [Transition] = [
        Transition(from: nil, to: .enPreparation, roles: [.referent, .coordinator]),
        Transition(from: .enPreparation, to: .soumise, roles: [.referent, .coordinator]),
        Transition(from: .enPreparation, to: .abandonnee, roles: [.referent, .coordinator], saysWhy: [.coordinator]),
        Transition(from: .soumise, to: .enPreparation, roles: [.referent, .coordinator], saysWhy: [.coordinator]),
        Transition(from: .soumise, to: .validee, roles: [.coordinator]),
        Transition(from: .soumise, to: .abandonnee, roles: [.referent, .coordinator], saysWhy: [.coordinator]),
    ]

    /// The states that may follow, whoever brings it there.
    package static func following(_ state: RevisionState) -> [RevisionState] {
        transitions.filter { $0.from == state }.map(\.to)
    }

    /// Why a role may not make a move that there is; nil where it may.
    package static func refusal(from: RevisionState, to: RevisionState, by role: Role) -> Message? {
        let transition = transitions.first { $0.from == from && $0.to == to }
        return transition?.roles.contains(role) == true ? nil : .onlyForCoordination(to)
    }

    /// - Throws: ``Refusal/transitionRefused(from:to:allowed:)`` when nobody may make this move, ``Refusal/forbidden(_:)`` when the role
    ///   may not, ``Refusal/invalid(_:)`` when it may not without a reason.
    package static func checkMove(
        from: RevisionState?, to: RevisionState, by role: Role, reason: String?
    ) throws(Refusal) {
        guard let transition = transitions.first(where: { $0.from == from && $0.to == to }) else {
            let allowed = transitions.filter { $0.from == from && $0.roles.contains(role) }.map(\.to.code)
            throw .transitionRefused(from: from?.code, to: to.code, allowed: allowed)
        }
        guard transition.roles.contains(role) else { throw .forbidden(.onlyForCoordination(to)) }
        guard reason != nil || !transition.saysWhy.contains(role) else {
            throw .invalid([
                Fault(
                    "reason", .required,
                    Message(
                        "Renvoyer ou abandonner la révision d’un ministère demande un motif : donnez-le dans « reason ».",
                        "To return or to abandon the revision of a ministry takes a reason: give it in “reason”."))
            ])
        }
    }
}

extension Message {
    fileprivate static func onlyForCoordination(_ state: RevisionState) -> Message {
        Message(
            "Passer une révision à l’état « \(state.code) » revient à la coordination.",
            "Only coordinators may move a revision to the state “\(state.code)”.")
    }
}
