import ActionPlans
import Postgres

/// A place in the feed: between two entries, in the order in which all readers see them.
struct FeedPosition: Sendable, Equatable {
    /// As PostgreSQL writes an `xid8`.
    let transaction: UInt64
    let entry: Int

    static let beginning = FeedPosition(transaction: 0, entry: 0)

    /// Whether an entry of the feed `f` comes after it and is already in its final place.
    var isBefore: SQL {
        """
        (f.position, f.id) > (\(String(transaction))::xid8, \(entry)::bigint)
            and f.position < pg_snapshot_xmin(pg_current_snapshot())
        """
    }
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

    func encode(_ position: FeedPosition, epoch: String) -> String {
        Cursor.encode([epoch, String(position.transaction), String(position.entry)], signature: signature)
    }

    /// - Throws: ``ProblemKind/invalidCursor`` for a cursor of something else.
    func decode(_ text: String) throws -> (FeedPosition, epoch: String) {
        guard let values = Cursor.decode(text, signature: signature) ?? Cursor.decode(text, signature: former), values.count == 3,
            let transaction = UInt64(values[1]), let entry = Int(values[2]), entry >= 0
        else {
            throw Problem.invalidCursor(
                in: "after",
                Message(
                    "Ce curseur ne vient pas de ce flux avec ces filtres et ces droits ; repartez sans « after ».",
                    "This cursor does not come from this feed with these filters and these rights; start again without “after”."
                ))
        }
        return (FeedPosition(transaction: transaction, entry: entry), values[0])
    }
}

extension Problem {
    /// The database is not the one the cursor was made in, or has lost some of what was told.
    static func feedBeganAnew() -> Problem {
        .invalidCursor(
            in: "after",
            Message(
                "La base a été restaurée ou remplacée depuis ce curseur ; repartez sans « after ».",
                "The database has been restored or replaced since this cursor; start again without “after”."))
    }
}
