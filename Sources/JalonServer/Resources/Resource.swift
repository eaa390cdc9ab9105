import ActionPlans
import Postgres

/// All that has a history, in the order in which the contract names it. Everything that depends on the sort of a thing asks this
/// list, and none of its questions has a default: a new case does not compile until each is answered.
enum Resource: String, CaseIterable, Sendable {
    case roadmap, action, ministry, census, indicator, measure
    case impactFactor = "impact_factor"
    case impact
    case recommendation
    case revision

    /// Which columns of `changes` name one; the constraint `changes_key_complete` says the same.
    enum Key: Sendable {
        /// `ministry` and `first_year`.
        case roadmap
        /// `ministry`, `first_year` and `code`.
        case partOfRoadmap
        /// `ministry`.
        case ministry
        /// `first_year`, with an empty `ministry`.
        case year
        /// `code`, with an empty `ministry`.
        case code
        /// `ministry`, `first_year` and, in `code`, that of the indicator and the period.
        case measure
        /// `ministry`, `first_year` and, in `code`, that of the action and the number.
        case partOfAction
        /// `ministry`, `first_year` and, in `code`, the number.
        case numbered
    }

    /// Who may see a thing and its history.
    enum Audience: Sendable {
        /// Whoever may read at all.
        case all
        /// Those who see its roadmap.
        case ofRoadmap
        /// Those who see its roadmap, unless it is confidential itself.
        case ofAction
        /// Whoever may read at all, but for drafts and what was sent back.
        case ofMeasure
        /// Those who see its action.
        case ofPartOfAction
        /// Those who see its plan or, where it is about one, its action; its drafts are for the coordinators alone.
        case ofRecommendation
        /// Those who see all of its ministry.
        case ofMinistry
    }

    /// How the feed tells its changes; `keep_feed` in the schema does it.
    enum Telling: Sendable {
        /// As they were recorded, to all.
        case changes
        /// As they were recorded, and when it comes into sight of all, or leaves it.
        case sight
        /// Not at all.
        case untold
    }

    /// What it is to the figures.
    enum Bearing: Sendable {
        /// Nothing.
        case none
        /// One of the actions that are counted.
        case isCounted
        /// What actions are counted in.
        case counts
        /// It says who is expected in a year.
        case expects
        /// It bears names that figures tell.
        case names
        /// It says what is asked of bodies, and by which rule their answers make a number.
        case asks
        /// It is such an answer.
        case answers
        /// It says what an action avoids.
        case avoids
    }

    /// How the audit compares it with its changes.
    enum Auditing: Sendable {
        /// With the roadmap that it is of, day by day.
        case withItsPlan
        /// By itself, as it is today.
        case alone(AuditedTable)
    }

    var key: Key {
        switch self {
        case .roadmap: .roadmap
        case .action, .recommendation: .partOfRoadmap
        case .ministry: .ministry
        case .census: .year
        case .indicator, .impactFactor: .code
        case .measure: .measure
        case .impact: .partOfAction
        case .revision: .numbered
        }
    }

    var audience: Audience {
        switch self {
        case .roadmap: .ofRoadmap
        case .action: .ofAction
        case .ministry, .census, .indicator, .impactFactor: .all
        case .measure: .ofMeasure
        case .impact: .ofPartOfAction
        case .recommendation: .ofRecommendation
        case .revision: .ofMinistry
        }
    }

    var telling: Telling {
        switch self {
        case .roadmap, .action, .measure, .impact, .recommendation: .sight
        case .ministry, .census, .indicator, .impactFactor: .changes
        // What it puts in place is told, as changes of actions.
        case .revision: .untold
        }
    }

    var auditing: Auditing {
        switch self {
        case .roadmap, .action: .withItsPlan
        case .ministry: .alone(AuditedTable(name: "ministries", id: "p.code", year: nil, members: .ministry))
        case .census: .alone(AuditedTable(name: "censuses", id: "p.year::text", year: "p.year", members: .census))
        case .indicator: .alone(.indicators)
        case .measure: .alone(.measures)
        case .impactFactor: .alone(.impactFactors)
        case .impact: .alone(.impacts)
        case .recommendation: .alone(.recommendations)
        case .revision: .alone(.revisions)
        }
    }

    /// Whether a change of it is one of its plan, so that `plan_version` counts it.
    var isOfPlan: Bool {
        switch self {
        case .roadmap, .action: true
        case .ministry, .census, .indicator, .measure, .impactFactor, .impact, .recommendation: false
        // What waits is no part of the plan.
        case .revision: false
        }
    }

    var bearing: Bearing {
        switch self {
        case .roadmap: .counts
        case .action: .isCounted
        case .ministry: .names
        case .census: .expects
        case .indicator: .asks
        case .measure: .answers
        // A version of a factor never changes, and counts where an impact names it.
        case .impactFactor: .none
        case .impact: .avoids
        // Its figures are its own.
        case .recommendation: .none
        // Before it is validated it counts for nobody, and then its actions do.
        case .revision: .none
        }
    }

    /// Whether it is a part of what figures count in, whatever the number of actions; the index `changes_of_frame` has these.
    var framesFigures: Bool { bearing == .names || bearing == .expects }

    /// Its name in a statement: not as a bind, so that PostgreSQL can choose an index of this resource alone.
    var literal: SQL {
        switch self {
        case .roadmap: "'roadmap'"
        case .action: "'action'"
        case .ministry: "'ministry'"
        case .census: "'census'"
        case .indicator: "'indicator'"
        case .measure: "'measure'"
        case .impactFactor: "'impact_factor'"
        case .impact: "'impact'"
        case .recommendation: "'recommendation'"
        case .revision: "'revision'"
        }
    }
}

extension Resource {
    /// Whether a column names one of the resources that have a property.
    static func isOne(_ column: SQL, where property: (Resource) -> Bool) -> SQL {
        "\(column) in (\(.joined(allCases.filter(property).map(\.literal), separator: ", ")))"
    }

    /// A condition of its own for each resource that a column may name.
    static func each(_ column: SQL, _ condition: (Resource) -> SQL) -> SQL {
        let cases = allCases.map { resource -> SQL in "when \(resource.literal) then \(condition(resource))" }
        return "case \(column) \(.joined(cases, separator: " ")) end"
    }
}
