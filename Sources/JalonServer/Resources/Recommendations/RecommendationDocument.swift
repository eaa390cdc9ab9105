import ActionPlans

extension RecommendationRecord {
    /// - Parameter language: of what is told in words.
    func write(
        to writer: inout JSONWriter, for actor: Actor, in language: Language, selecting fields: Set<String>? = nil
    ) {
        writer.object(selecting: fields) { object in
            for (name, value) in told(to: actor) { object.member(name, value) }
            object.member("transitions", listOf: RecommendationState.moves(from: recommendation.state)) { writer, move in
                let blocked =
                    move.blocked(for: actor, of: id.roadmap.ministry)
                    ?? (planIsClosed ? RecommendationState.blockedByPlan(id.roadmap) : nil)
                writer.object { item in
                    item.member("to", move.to.code)
                    item.member("allowed", blocked == nil)
                    item.member("asks", move.asks?.rawValue)
                    item.member("blocked_by", blocked?[language])
                }
            }
            object.member("links") { links in
                links.member("self", ResourceID.recommendation(id).address)
                links.member("roadmap", ResourceID.roadmap(id.roadmap).address)
                links.member("subject", subjectAddress)
                links.member("read", "\(readAddress)?known_at=\(recommendation.readAt)")
                links.member("history", "\(ResourceID.recommendation(id).address)/history")
            }
        }
    }

    /// All but the moves and the links, in the order of the contract.
    func told(to actor: Actor) -> [(name: String, value: MemberValue)] {
        let seesAll = actor.seesAll(of: id.roadmap.ministry)
        let own = recommendation.members.map { name, value in
            (name: name, value: seesAll || !Self.insideMembers.contains(name) ? value : .null)
        }
        return [
            ("id", .text(id.description)), ("roadmap", .text(id.roadmap.description)),
            ("ministry", .text(id.roadmap.ministry.text)),
        ] + own + [("version", .number(version)), ("created_at", .text(createdAt)), ("updated_at", .text(updatedAt))]
    }

    private var subjectAddress: String {
        switch recommendation.subject {
        case .plan: ResourceID.roadmap(id.roadmap).address
        case .theme(let theme): "\(actionsAddress)?theme=\(theme.code)"
        case .action(let code): ResourceID.action(ActionID(roadmap: id.roadmap, code: code)).address
        }
    }

    /// Where the plan, or the action, can be read as it was then.
    private var readAddress: String {
        guard let code = recommendation.subject.action else { return actionsAddress }
        return ResourceID.action(ActionID(roadmap: id.roadmap, code: code)).address
    }

    private var actionsAddress: String { "\(ResourceID.roadmap(id.roadmap).address)/actions" }
}
