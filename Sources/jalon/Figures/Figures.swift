/// The figures as the server answers them: what the command shows of them.
struct Figures: Decodable {
    struct Scope: Decodable {
        let year: Int
        let ministries: [String]?
        let themes: [String]?
        let perimeter: String
        let asOf: String
        let knownAt: String

        enum CodingKeys: String, CodingKey {
            case year, ministries, themes, perimeter
            case asOf = "as_of"
            case knownAt = "known_at"
        }
    }

    struct Headline: Decodable {
        let text: String
    }

    struct Totals: Decodable {
        let roadmaps: Int
        let actions: Int
        let realisees: Int
        let abandonnees: Int
        let keyActions: Int
        let late: Int
        let confidential: Int

        enum CodingKeys: String, CodingKey {
            case roadmaps, actions, realisees, abandonnees, late, confidential
            case keyActions = "key_actions"
        }
    }

    struct Rate: Decodable {
        let code: String
        let label: String
        let rule: String
        let numerator: Int
        let denominator: Int
        let value: Double?
        let median: Double?

        enum CodingKeys: String, CodingKey {
            case code, label, rule, numerator, denominator, value
            case median = "median_of_ministries"
        }
    }

    struct Group: Decodable {
        let code: String
        let label: String
        let actions: Int
        /// By status code; absent where the groups are the statuses themselves.
        let byStatus: [String: Int]?
        let rate: Double?
        /// Of a body: the ministries counted under it, and whether it was divided.
        let codes: [String]?
        let missing: [String]?
        let split: Bool?

        /// Of a body from which nothing came: what it counts is no number of it.
        var isMissing: Bool { missing != nil && missing == codes }

        enum CodingKeys: String, CodingKey {
            case code, label, actions, codes, missing, split
            case byStatus = "by_status"
            case rate = "realisees_identifiees"
        }
    }

    struct Excluded: Decodable {
        let label: String
        let roadmaps: Int?
        let actions: Int?
    }

    struct Named: Decodable {
        let code: String
        let name: String
    }

    struct LateMinistry: Decodable {
        let code: String
        let name: String
        let submittedOn: String?

        enum CodingKeys: String, CodingKey {
            case code, name
            case submittedOn = "submitted_on"
        }
    }

    struct Coverage: Decodable {
        let expected: Int
        let received: Int
        let late: Int
        /// nil from a server that does not name them yet.
        let lateMinistries: [LateMinistry]?
        let missing: [Named]
        let unexpected: [Named]
        let dueOn: String?
        let source: String
        let provisional: Bool
        let oldestUpdate: String?
        let withoutReachedLevel: Int

        enum CodingKeys: String, CodingKey {
            case expected, received, late, missing, unexpected, source, provisional
            case lateMinistries = "late_ministries"
            case dueOn = "due_on"
            case oldestUpdate = "oldest_update"
            case withoutReachedLevel = "without_reached_level"
        }
    }

    let scope: Scope
    let headline: Headline
    let totals: Totals
    let rates: [Rate]
    let byStatus: [Group]
    let byTheme: [Group]
    let byTargetLevel: [Group]
    let byReachedLevel: [Group]
    let byMinistry: [Group]
    let byKeyAction: [Group]
    let excluded: [Excluded]
    let coverage: Coverage

    enum CodingKeys: String, CodingKey {
        case scope, headline, totals, rates, excluded, coverage
        case byStatus = "by_status"
        case byTheme = "by_theme"
        case byTargetLevel = "by_target_level"
        case byReachedLevel = "by_reached_level"
        case byMinistry = "by_ministry"
        case byKeyAction = "by_key_action"
    }
}
