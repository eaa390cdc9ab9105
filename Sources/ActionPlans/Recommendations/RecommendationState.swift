/// Where a recommendation stands between the coordinators who give it and the body that answers.
package enum RecommendationState: String, Vocabulary {
    case brouillon
    case emise
    case acceptee
    case amendee
    case declinee
    case close

    package static let listName = Message("état de recommandation", "state of a recommendation")

    package var label: Message {
        switch self {
        case .brouillon: Message("Brouillon", "Draft")
        case .emise: Message("Émise", "Sent")
        case .acceptee: Message("Acceptée", "Accepted")
        case .amendee: Message("Amendée", "Amended")
        case .declinee: Message("Déclinée", "Declined")
        case .close: Message("Close", "Closed")
        }
    }

    /// Those in which the body has answered.
    package static let answers: [RecommendationState] = [.acceptee, .amendee, .declinee]
    /// Those in which something is still expected of somebody.
    package static let open: [RecommendationState] = [.emise] + answers

    /// Those that go on in the next plan: what a ministry has declined it would only decline again.
    package static let carried: [RecommendationState] = open.filter { $0 != .declinee }

    package var isAnswer: Bool { Self.answers.contains(self) }

    /// What a move says beside the state.
    package enum Asked: String, Sendable {
        case answer, outcome
    }

    /// A move from one state to another (from nothing: a creation), who may make it, and what it must say.
    package struct Transition: Sendable {
        package let from: RecommendationState?
        package let to: RecommendationState
        package let roles: Set<Role>
        package let asks: Asked?

        /// Why a caller may not make it; nil where they may.
        package func blocked(for actor: Actor, of ministry: MinistryCode) -> Message? {
            guard roles.contains(actor.role) else { return refusal(of: actor.role) }
            let isOwn = actor.role != .referent || actor.ministries.contains(ministry)
            return isOwn ? nil : refusal(of: nil)
        }

        /// - Parameter role: nil for a référent of another ministry.
        fileprivate func refusal(of role: Role?) -> Message {
            guard !roles.contains(.referent) else {
                return Message(
                    "Répondre à une recommandation revient au référent du ministère, ou à la coordination en son nom.",
                    "A recommendation is answered by the référent of the ministry, or by the coordinators on its behalf.")
            }
            return Message(
                "Passer une recommandation à l’état « \(to.code) » revient à la coordination.",
                "Only coordinators may move a recommendation to the state “\(to.code)”.")
        }
    }

    /// Every move there is; a pair that is not listed is refused.
    package static let transitions: [Transition] =
        [
            Transition(from: nil, to: .brouillon, roles: [.coordinator], asks: nil),
            Transition(from: nil, to: .emise, roles: [.coordinator], asks: nil),
            Transition(from: .brouillon, to: .emise, roles: [.coordinator], asks: nil),
        ]
        + open.flatMap { from in
            answers.filter { $0 != from }
                .map { Transition(from: from, to: $0, roles: [.referent, .coordinator], asks: .answer) }
                + [Transition(from: from, to: .close, roles: [.coordinator], asks: .outcome)]
        }

    package static func moves(from state: RecommendationState?) -> [Transition] { transitions.filter { $0.from == state } }

    /// Why a draft is not sent any more.
    package static func blockedByPlan(_ roadmap: RoadmapID) -> Message {
        Message(
            "La feuille de route \(roadmap) est close : elle ne reçoit plus de recommandation.",
            "The roadmap \(roadmap) is closed: it gets no further recommendation.")
    }

    /// - Parameter key: the recommendation, for who is told.
    /// - Throws: ``Refusal/conflict`` when nobody may make this move, ``Refusal/forbidden`` when the role may not.
    static func move(
        from: RecommendationState?, to: RecommendationState, by role: Role, of key: String
    ) throws(Refusal) -> Transition {
        guard let transition = transitions.first(where: { $0.from == from && $0.to == to }) else {
            let allowed = moves(from: from).filter { $0.roles.contains(role) }.map(\.to)
            throw .conflict(key: key, Fault("state", .inconsistent, noMove(from: from, to: to, allowed)))
        }
        guard transition.roles.contains(role) else { throw .forbidden(transition.refusal(of: role)) }
        return transition
    }

    private static func noMove(
        from: RecommendationState?, to: RecommendationState, _ allowed: [RecommendationState]
    ) -> Message {
        let from = from?.code ?? "—"
        guard !allowed.isEmpty else {
            return Message(
                "Une recommandation à l’état « \(from) » ne peut pas passer à l’état « \(to.code) », et votre rôle n’a pas d’autre choix.",
                "A recommendation in the state “\(from)” cannot move to the state “\(to.code)”, and your role has no other choice."
            )
        }
        return Message(
            "Une recommandation à l’état « \(from) » ne peut pas passer à l’état « \(to.code) » ; états possibles : "
                + allowed.map { "« \($0.code) »" }.joined(separator: ", ") + ".",
            "A recommendation in the state “\(from)” cannot move to the state “\(to.code)”; possible states: "
                + allowed.map { "“\($0.code)”" }.joined(separator: ", ") + ".")
    }
}
