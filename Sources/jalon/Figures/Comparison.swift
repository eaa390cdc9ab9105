/// A comparison as the server answers it.
struct Comparison: Decodable {
    struct Counts: Decodable {
        let actions: Int
        let byStatus: [String: Int]

        enum CodingKeys: String, CodingKey {
            case actions
            case byStatus = "by_status"
        }
    }

    struct Side: Decodable {
        struct Rate: Decodable {
            let value: Double?
        }

        let year: Int
        let asOf: String
        let knownAt: String
        let actions: Int
        let byStatus: [String: Int]
        let rate: Rate

        enum CodingKeys: String, CodingKey {
            case year, actions
            case asOf = "as_of"
            case knownAt = "known_at"
            case byStatus = "by_status"
            case rate = "realisees_identifiees"
        }
    }

    struct Move: Decodable {
        let cause: String
        let label: String
        let count: Int
        let effect: Counts
    }

    struct Group: Decodable {
        let code: String
        let label: String
        let from: Counts
        let to: Counts
    }

    struct Scope: Decodable {
        let ministries: [String]?
        let themes: [String]?
    }

    let scope: Scope
    let from: Side
    let to: Side
    let change: Counts
    let moves: [Move]
    let byMinistry: [Group]
    let byTheme: [Group]

    enum CodingKeys: String, CodingKey {
        case scope, from, to, change, moves
        case byMinistry = "by_ministry"
        case byTheme = "by_theme"
    }
}
