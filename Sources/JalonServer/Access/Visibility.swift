import ActionPlans
import Postgres

/// What a caller may see, as conditions on the tables `actions` as `a` and `roadmaps` as `r`. The one home of the rule:
/// drafts and confidential actions are for their own ministry and for the coordinators.
enum Visibility {
    static func ofActions(to actor: Actor) -> SQL {
        switch actor.role {
        case .coordinator: "true"
        case .referent:
            "((r.state <> 'brouillon' and not a.confidential) or a.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: "(r.state <> 'brouillon' and not a.confidential)"
        }
    }

    static func ofRoadmaps(to actor: Actor) -> SQL {
        switch actor.role {
        case .coordinator: "true"
        case .referent: "(r.state <> 'brouillon' or r.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: "r.state <> 'brouillon'"
        }
    }

    private static func own(_ actor: Actor) -> [String] {
        actor.ministries.map(\.text).sorted()
    }
}
