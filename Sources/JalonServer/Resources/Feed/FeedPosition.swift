import ActionPlans
import Postgres

/// A place in the feed: behind an entry, in the order in which all readers see them.
struct FeedPosition: Sendable, Equatable {
    /// What is known of an entry besides its place, so that no other is taken for it.
    struct Print: Sendable, Equatable {
        /// When the entry was recorded, in microseconds since 1970.
        let instant: Int
        /// A short print of the entries before it that do not follow from it, empty for none: a copy of the database may have this
        /// one without them.
        let others: String
    }

    /// As PostgreSQL writes an `xid8`.
    let position: UInt64
    let entry: Int
    /// Nil before the first entry.
    let print: Print?

    static let beginning = FeedPosition(position: 0, entry: 0, print: nil)

    /// The columns `init(_:)` reads, of the entry `f`.
    static let columns: SQL = "f.position::text, f.id, \(instant), \(others)"
    private static let instant: SQL = "(extract(epoch from f.recorded_at) * 1000000)::bigint"
    private static let others: SQL = "coalesce(case when f.under_way is not null then feed_others(f) end, '')"

    /// That an entry `f` is in its final place: nothing can come before it any more.
    static let isSettled: SQL = "f.position < (select feed_horizon())"

    init(_ row: inout Row) throws {
        let text = try row.next(String.self)
        position = UInt64(text) ?? 0
        entry = try row.next()
        print = Print(instant: try row.next(), others: try row.next())
    }

    fileprivate init(position: UInt64, entry: Int, print: Print?) {
        self.position = position
        self.entry = entry
        self.print = print
    }

    /// Whether the entry `f` of the feed comes after it.
    var isBefore: SQL { "(f.position, f.id) > (\(String(position))::xid8, \(entry)::bigint)" }

    /// Whether the entry `f` of the feed is the one it names, with all that was told before it.
    var isHere: SQL {
        let isPlace: SQL = "(f.position, f.id) = (\(String(position))::xid8, \(entry)::bigint)"
        guard let print else { return isPlace }
        return "\(isPlace) and \(Self.instant) = \(print.instant)::bigint and \(Self.others) = \(print.others)"
    }
}

/// Where a request for changes begins.
enum FeedStart: Sendable {
    case beginning
    /// Behind an entry, which must be there.
    case behind(FeedPosition)
    /// Behind an entry that a server of schema version 1 or 2 named, in the cluster of this epoch.
    case former(FeedPosition, epoch: String)

    var position: FeedPosition {
        switch self {
        case .beginning: .beginning
        case .behind(let position), .former(let position, _): position
        }
    }

    init(_ position: FeedPosition) { self = position == .beginning ? .beginning : .behind(position) }
}

/// Makes and reads the cursors of one reader with one choice of filters.
struct FeedCursors: Sendable {
    private let signature: String
    /// That of cursors given under version 1 of the schema, which depends on how the filters are spelled.
    private let former: String

    /// Other rights see other changes: what was read under them does not tell where to go on.
    /// - Parameter list: the signature of the feed with its filters.
    init(signature list: String, _ call: Call, _ actor: Actor) {
        let rights = ([actor.role.code] + actor.ministries.map(\.text).sorted()).joined(separator: " ")
        signature = EntityTag.fingerprint(of: list + " " + rights)
        let spelled = call.query.parameters.filter { !Cursor.unsigned.contains($0.name) }.map { "\($0.name)=\($0.raw)" }
        former = EntityTag.fingerprint(of: Cursor.signature(of: call.target, spelled) + " " + rights)
    }

    func encode(_ position: FeedPosition) -> String {
        let place = [String(position.position), String(position.entry)]
        return Cursor.encode(
            place + (position.print.map { [String($0.instant), $0.others] } ?? ["", ""]), signature: signature)
    }

    /// - Throws: ``ProblemKind/invalidCursor`` for a cursor of something else.
    func decode(_ text: String) throws -> FeedStart {
        let values = Cursor.decode(text, signature: signature) ?? Cursor.decode(text, signature: former)
        guard let start = values.flatMap(Self.start) else {
            throw Problem.invalidCursor(
                in: "after",
                Message(
                    "Ce curseur ne vient pas de ce flux avec ces filtres et ces droits : videz votre copie, puis repartez sans « after ».",
                    "This cursor does not come from this feed with these filters and these rights: empty your copy, then start again without “after”."
                ))
        }
        return start
    }

    private static func start(_ values: [String]) -> FeedStart? {
        switch values.count {
        case 3:
            guard let position = UInt64(values[1]), let entry = Int(values[2]), entry >= 0 else { return nil }
            let place = FeedPosition(position: position, entry: entry, print: nil)
            return place == .beginning ? .beginning : .former(place, epoch: values[0])
        case 4:
            guard let position = UInt64(values[0]), let entry = Int(values[1]), entry >= 0 else { return nil }
            if values[2].isEmpty { return position == 0 && entry == 0 ? .beginning : nil }
            guard let instant = Int(values[2]) else { return nil }
            return .behind(
                FeedPosition(position: position, entry: entry, print: FeedPosition.Print(instant: instant, others: values[3])))
        default: return nil
        }
    }
}

extension Problem {
    /// The database is not the one the cursor was made in, or has lost some of what was told.
    static func feedBeganAnew() -> Problem {
        .invalidCursor(
            in: "after",
            Message(
                "La base ne contient pas tout ce que ce curseur a donné : elle a été restaurée ou remplacée. Videz votre copie, puis repartez "
                    + "sans « after ».",
                "The database does not hold all that this cursor gave: it has been restored or replaced. Empty your copy, then start again "
                    + "without “after”."
            ))
    }
}
