import ActionPlans
import Documents
import NIOCore
import Postgres

/// A snapshot held against what is stored and against what is known now.
struct SnapshotVerification: Sendable {
    /// A value that is not what it was.
    struct Difference: Sendable {
        let pointer: String
        /// As JSON.
        let stored: String
        let current: String
    }

    private let record: SnapshotRecord
    private let actor: Actor
    private let documentHash: String
    private let listHash: (stored: String?, recomputed: String)
    private let then: [Difference]
    private let now: [Difference]
    private let causes: SnapshotCauses

    /// Since when something was last edited says nothing of what is counted, and moves with every edit.
    private static let ignored: Set<String> = ["/figures/scope/known_at", "/figures/coverage/oldest_update"]

    init(
        _ session: borrowing Session, of record: SnapshotRecord, for actor: Actor, _ vocabularies: Vocabularies
    ) throws {
        self.record = record
        self.actor = actor
        guard let text = try SnapshotQueries.document(session, record.id) else { throw Problem.notFound() }
        documentHash = Hexadecimal.sha256(of: Array(text.utf8))
        let document = try JSONParser.parse(Array(text.utf8))
        let digest = try SnapshotQueries.digest(session, of: record.id).sha256(try SnapshotQueries.salt(session, record.id))
        listHash = (document.member("actions")?.member("sha256").flatMap(\.plainText), digest)
        let stored = document.member("figures") ?? DocumentNode(.null, at: document.position)
        func differences(_ reading: Reading, ignoring: Set<String>) throws -> [Difference] {
            var scope = record.scope
            scope.reading = reading
            let facts = try FigureQueries.facts(session, scope, for: nil, rule: Self.rule(of: stored))
            let figures = try Self.differences(
                stored, try SnapshotDocument.figures(facts, of: scope, vocabularies), at: "/figures")
            // What was frozen before there were indicators or impacts says nothing of them.
            let indicators = try document.member("indicators").map {
                try Self.differences($0, try SnapshotIndicators(session, of: scope)?.frozen, at: "/indicators")
            }
            let impacts = try document.member("impacts").map {
                try Self.differences($0, try SnapshotImpacts.frozen(session, of: scope), at: "/impacts")
            }
            return (figures + (indicators ?? []) + (impacts ?? [])).filter { !ignoring.contains($0.pointer) }
        }
        then = try differences(record.scope.reading, ignoring: [])
        let today = record.scope.reading.asOf.map { Reading.now.on($0) } ?? .now
        now = try differences(today, ignoring: Self.ignored)
        causes = try SnapshotCauses(session, of: record, with: document, for: actor)
    }

    /// What was frozen under an older rule of coverage is recomputed by that rule.
    private static func rule(of figures: DocumentNode) -> Coverage.Rule {
        guard case .number(let version)? = figures.member("coverage")?.member("version")?.content else { return .first }
        return Int(version).flatMap(Coverage.Rule.init) ?? .current
    }

    /// The values that differ, by their JSON pointer in the stored document. The items of a list are matched by their
    /// `code`, so that a ministry more does not make all those after it differ; what is new comes after the last.
    static func differences(
        _ stored: DocumentNode?, _ current: DocumentNode?, at pointer: String = ""
    ) throws -> [Difference] {
        if case .object(let before)? = stored?.content, case .object(let after)? = current?.content {
            let names = before.map(\.name) + after.map(\.name).filter { name in !before.contains { $0.name == name } }
            return try names.flatMap {
                try differences(stored?.member($0), current?.member($0), at: "\(pointer)/\(JSONPointer.escaped($0))")
            }
        }
        if case .list(let before)? = stored?.content, case .list(let after)? = current?.content,
            let old = codes(before), let new = codes(after)
        {
            let codes = old + new.filter { !old.contains($0) }
            return try codes.enumerated().flatMap { place, code in
                try differences(
                    old.firstIndex(of: code).map { before[$0] }, new.firstIndex(of: code).map { after[$0] },
                    at: "\(pointer)/\(place)")
            }
        }
        let texts = try [stored, current].map { try $0.map { try CanonicalJSON.text(of: $0) } ?? "null" }
        return texts[0] == texts[1] ? [] : [Difference(pointer: pointer, stored: texts[0], current: texts[1])]
    }

    /// The codes of a list's items; nil where one has none.
    private static func codes(_ items: [DocumentNode]) -> [String]? {
        let codes = items.compactMap { $0.member("code")?.plainText }
        return codes.count == items.count ? codes : nil
    }

    private var isIntact: Bool { documentHash == record.sha256 && listHash.stored == listHash.recomputed && then.isEmpty }

    func write(to writer: inout JSONWriter, target: String) {
        writer.object { verification in
            verification.member("snapshot", record.id.description)
            verification.member("intact", isIntact)
            verification.member("identical", isIntact && now.isEmpty)
            verification.member("document") { writeHash(to: &$0, record.sha256, documentHash) }
            verification.member("actions") { writeHash(to: &$0, listHash.stored, listHash.recomputed) }
            verification.member("as_published") { writeComparison(to: &$0, record.scope.reading.knownAt, then) }
            verification.member("as_known_now") { part in
                writeComparison(to: &part, nil, now)
                causes.write(to: &part, for: actor)
            }
            verification.member("links") { links in
                links.member("self", target)
                links.member("snapshot", "/v1/snapshots/\(record.id)")
                var current = record.scope
                current.reading = current.reading.asOf.map { Reading.now.on($0) } ?? .now
                links.member("figures_as_published", record.scope.links.figures)
                links.member("figures_as_known_now", current.links.figures)
            }
        }
    }

    private func writeHash(to part: inout JSONWriter, _ stored: String?, _ recomputed: String) {
        part.member("identical", stored == recomputed)
        part.member("stored_sha256", stored)
        part.member("recomputed_sha256", recomputed)
    }

    private func writeComparison(to part: inout JSONWriter, _ knownAt: String?, _ differences: [Difference]) {
        part.member("identical", differences.isEmpty)
        part.member("as_of", record.scope.reading.asOf)
        part.member("known_at", knownAt)
        part.member("differences", listOf: differences) { list, difference in
            list.object { object in
                object.member("pointer", difference.pointer)
                object.member("stored", json: difference.stored)
                object.member("current", json: difference.current)
            }
        }
    }
}
