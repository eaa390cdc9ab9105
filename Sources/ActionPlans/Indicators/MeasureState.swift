/// Where a measure stands between the body that answers and the coordinators who validate it. Only validated ones make the
/// official figure.
package enum MeasureState: String, Vocabulary {
    case brouillon
    case soumise
    case validee
    case renvoyee

    package static let listName = Message("état de mesure", "state of a measure")

    package var label: Message {
        switch self {
        case .brouillon: Message("Brouillon", "Draft")
        case .soumise: Message("Soumise", "Submitted")
        case .validee: Message("Validée", "Validated")
        case .renvoyee: Message("Renvoyée", "Returned")
        }
    }

    /// A move from one state to another (from nothing: a creation) and who may make it.
    private struct Transition {
        let from: MeasureState?
        let to: MeasureState
        let roles: Set<Role>
    }

    /// Every move there is; a pair that is not listed is refused.
    private static let transitions: [Transition] = [
        Transition(from: nil, to: .brouillon, roles: [.referent, .coordinator]),
        Transition(from: nil, to: .soumise, roles: [.referent, .coordinator]),
        Transition(from: nil, to: .validee, roles: [.coordinator]),
        Transition(from: nil, to: .renvoyee, roles: [.coordinator]),
        Transition(from: .brouillon, to: .soumise, roles: [.referent, .coordinator]),
        Transition(from: .soumise, to: .brouillon, roles: [.referent, .coordinator]),
        Transition(from: .soumise, to: .validee, roles: [.coordinator]),
        Transition(from: .soumise, to: .renvoyee, roles: [.coordinator]),
        Transition(from: .renvoyee, to: .brouillon, roles: [.referent, .coordinator]),
        Transition(from: .renvoyee, to: .soumise, roles: [.referent, .coordinator]),
        Transition(from: .validee, to: .renvoyee, roles: [.coordinator]),
    ]

    /// The states to which a role may bring a measure from a state, or from nothing.
    package static func allowed(from: MeasureState?, by role: Role) -> [MeasureState] {
        transitions.filter { $0.from == from && $0.roles.contains(role) }.map(\.to)
    }

    /// - Parameter key: the measure, for who is told.
    /// - Throws: ``Refusal/conflict`` when nobody may make this move, ``Refusal/forbidden`` when the role may not.
    package static func checkMove(from: MeasureState?, to: MeasureState, by role: Role, of key: String) throws(Refusal) {
        guard let transition = transitions.first(where: { $0.from == from && $0.to == to }) else {
            throw .conflict(key: key, Fault("state", .inconsistent, noMove(from: from, to: to, allowed(from: from, by: role))))
        }
        guard transition.roles.contains(role) else {
            throw .forbidden(
                Message(
                    "Passer une mesure à l’état « \(to.code) » revient à la coordination.",
                    "Only coordinators may move a measure to the state “\(to.code)”."))
        }
    }

    private static func noMove(from: MeasureState?, to: MeasureState, _ allowed: [MeasureState]) -> Message {
        let from = from?.code ?? "—"
        guard !allowed.isEmpty else {
            return Message(
                "Une mesure à l’état « \(from) » ne peut pas passer à l’état « \(to.code) », et votre rôle n’a pas d’autre choix.",
                "A measure in the state “\(from)” cannot move to the state “\(to.code)”, and your role has no other choice.")
        }
        return Message(
            "Une mesure à l’état « \(from) » ne peut pas passer à l’état « \(to.code) » ; états possibles : "
                + allowed.map { "« \($0.code) »" }.joined(separator: ", ") + ".",
            "A measure in the state “\(from)” cannot move to the state “\(to.code)”; possible states: "
                + allowed.map { "“\($0.code)”" }.joined(separator: ", ") + ".")
    }
}
