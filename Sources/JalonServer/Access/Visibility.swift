import ActionPlans
import Postgres

/// What a caller may see, as conditions on the tables `actions` as `a` and `roadmaps` as `r`. The one home of the rule:
/// drafts and confidential actions are for their own ministry and for the coordinators.
enum Visibility {
    static func ofActions(to actor: Actor, in reading: Reading = .now) -> SQL {
        switch actor.role {
        case .coordinator: "true"
        case .referent:
            "((r.state <> 'brouillon' and not a.confidential\(actionNow(reading))) or a.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: "(r.state <> 'brouillon' and not a.confidential\(actionNow(reading)))"
        }
    }

    static func ofRoadmaps(to actor: Actor, in reading: Reading = .now) -> SQL {
        switch actor.role {
        case .coordinator: "true"
        case .referent: "((r.state <> 'brouillon'\(roadmapNow(reading))) or r.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: "(r.state <> 'brouillon'\(roadmapNow(reading)))"
        }
    }

    /// The past of what may not be seen now may not be seen either, even of days on which it could.
    private static func actionNow(_ reading: Reading) -> SQL {
        if reading.isNow { return "" }
        return """
             and exists (
                select from actions present
                join roadmaps plan on plan.ministry = present.ministry and plan.first_year = present.first_year
                where present.ministry = a.ministry and present.first_year = a.first_year and present.code = a.code
                    and plan.state <> 'brouillon' and not present.confidential)
            """
    }

    private static func roadmapNow(_ reading: Reading) -> SQL {
        if reading.isNow { return "" }
        return """
             and exists (
                select from roadmaps present
                where present.ministry = r.ministry and present.first_year = r.first_year and present.state <> 'brouillon')
            """
    }

    private static func own(_ actor: Actor) -> [String] {
        actor.ministries.map(\.text).sorted()
    }
}
