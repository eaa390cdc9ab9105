import ActionPlans
import Postgres

/// The civil date in Paris, which the database decides for every process.
package enum ParisDay {
    package static func today(_ session: borrowing Session) throws -> CivilDate {
        try session.one("select paris_today()") { row in try row.next() }
    }
}
