import ActionPlans
import Cryptography
import NIOCore
import Postgres
import Synchronization

/// The validators of lists and figures answered lately, each with the state of the data it was made from: a dashboard
/// that asks again while nothing was written is answered by comparing two states, not by making the answer anew. Some answers
/// are short, and made of much: they are kept themselves, for whoever asks the same.
///
/// The state is read before the data, so data newer than its state can only be remembered under a state that never comes
/// back. A failover may lose the last changes and count other ones under the same versions: the timeline, which changes with
/// it, is part of the state.
package final class ValidatorMemory: Sendable {
    /// Stands for the whole request, of whatever length.
    struct Key: Hashable, Sendable {
        private let digest: [UInt8]

        /// - Parameter target: path and query as they were sent.
        init(_ target: String, type: MediaType, language: Language, actor: Actor?) {
            let ministries = actor.map { $0.ministries.map(\.text).sorted().joined(separator: ",") } ?? ""
            let text = [target, type.rawValue, language.rawValue, actor?.role.code ?? "", ministries].joined(separator: "\n")
            digest = SHA256.hash(Array(text.utf8))
        }

        /// A validator of an answer that is not held whole: it changes whenever any of the data does, and with the form of
        /// the answers. The state and the answer must be of one snapshot.
        func tag(in state: String, of contract: Contract) -> EntityTag {
            var bytes = ByteBuffer(bytes: digest)
            bytes.writeString(state)
            bytes.writeString(contract.yaml.tag.opaque)
            return EntityTag(of: bytes)
        }
    }

    struct Entry {
        fileprivate let state: String
        let tag: EntityTag
        /// Whether the answer is compressed for who accepts it.
        let isLong: Bool
        /// The answer itself, if it is kept.
        let answer: Answer?
    }

    private static let mostEntries = 20_000
    /// Of all the answers that are kept, in bytes.
    private static let mostKept = 8 << 20
    /// In bytes. One page never takes the place of all the others.
    private static let longestKept = 1 << 20

    private struct Entries {
        var known: [Key: Entry] = [:]
        var keptBytes = 0
    }

    private let entries = Mutex(Entries())

    package init() {}

    /// The versions of all the data, the timeline they were counted on, and the day in Paris, on which lateness depends. Nil
    /// on a standby: several may stand behind one address, and the one that is read next may not be as far.
    static func state(of database: Database) async throws -> String? {
        try await database.first(ofState) { row in try row.next(String?.self) } ?? nil
    }

    static func state(_ session: borrowing Session) throws -> String? {
        try session.one(ofState) { row in try row.next() }
    }

    private static let ofState: SQL = """
        -- the timeline, as `database_timeline` of the schema has it, without the cost of a call
        select case when not pg_is_in_recovery() then concat_ws(' ', paris_today(),
            left(pg_walfile_name(pg_current_wal_lsn()), 8),
            string_agg(concat_ws(' ', ministry, version), ' ' order by ministry)) end
        from data_versions
        """

    /// What is known of the answer to a request, if it was made from this very state.
    func entry(_ key: Key, in state: String) -> Entry? {
        guard let entry = entries.withLock({ $0.known[key] }), entry.state == state else { return nil }
        return entry
    }

    /// - Parameters:
    ///   - tag: of the answer.
    ///   - isKept: whether the answer itself is.
    func remember(_ answer: Answer, _ tag: EntityTag, isKept: Bool, as key: Key, in state: String) {
        let bytes = answer.body.readableBytes
        let kept = isKept && bytes <= Self.longestKept ? answer : nil
        let entry = Entry(state: state, tag: tag, isLong: ContentCoding.isLong(answer), answer: kept)
        entries.withLock { entries in
            entries.keptBytes -= entries.known[key]?.answer?.body.readableBytes ?? 0
            entries.known[key] = entry
            if kept != nil { entries.keptBytes += bytes }
            guard entries.known.count > Self.mostEntries || entries.keptBytes > Self.mostKept else { return }
            entries.known.removeAll(keepingCapacity: true)
            entries.keptBytes = 0
        }
    }
}
