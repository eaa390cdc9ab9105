import ActionPlans
import Postgres

/// A census as it is stored.
struct CensusRecord: Sendable {
    let year: Int
    let dueOn: CivilDate
    let expected: [String]
    let rounds: [CensusRound]
    let version: Int
    let createdAt: String
    let updatedAt: String

    /// Of the second form, with rounds: a copy of the first one that somebody kept is not taken for it.
    var tag: EntityTag { EntityTag("\(version)-2") }

    static let columns: SQL = """
        c.year, c.due_on, array(select m.ministry::text from census_ministries m where m.year = c.year order by 1),
        c.rounds::text, c.version, c.created_at, c.updated_at
        """

    init(_ row: inout Row) throws {
        year = try row.next()
        dueOn = try row.next()
        expected = try row.next()
        rounds = try CensusRound.stored(row.next())
        version = try row.next()
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
    }

    func write(to writer: inout JSONWriter) {
        writer.object { census in
            census.member("year", year)
            census.member("due_on", dueOn)
            census.member("expected", expected)
            census.member("rounds", listOf: rounds) { $0.value(.object(MemberValue.Object($1.members))) }
            census.member("version", version)
            census.member("created_at", createdAt)
            census.member("updated_at", updatedAt)
            census.member("links") { links in
                links.member("self", ResourceID.census(year).address)
                links.member("figures", "/v1/figures?year=\(year)")
                links.member("progress", "\(ResourceID.census(year).address)/progress")
            }
        }
    }

    static let readOnlyMembers: Set<String> = ["version", "created_at", "updated_at", "links"]
}
