import ActionPlans
import Documents

/// What applying a document of measures did, or would do.
struct MeasureOutcome: Sendable {
    let entries: [MeasureDifference.Entry]
    let warnings: [Warning]
    let dryRun: Bool

    /// Large enough that a piece is worth sending, small enough that many readers at once hold little.
    private static let pieceSize = 48 << 10

    func answer(in language: Language) -> Answer {
        Answer.stream(.json) { stream in
            var writer = JSONWriter(capacity: 1 << 12)
            writer.begin(.object)
            writer.member("dry_run", dryRun)
            writer.member("summary") { summary in
                for change in MeasureDifference.Change.allCases {
                    summary.member(change.rawValue, entries.count { $0.change == change })
                }
            }
            writer.warnings(warnings, in: language)
            if writer.key("measures") {
                writer.begin(.list)
                for entry in entries {
                    Self.write(entry, to: &writer)
                    if writer.count >= Self.pieceSize { try await stream.write(writer.takeBytes()) }
                }
                writer.end(.list)
            }
            writer.end(.object)
            try await stream.write(writer.takeBytes())
        }
    }

    private static func write(_ entry: MeasureDifference.Entry, to writer: inout JSONWriter) {
        writer.object { measure in
            measure.member("indicator", entry.id.indicator.text)
            measure.member("ministry", entry.id.ministry.text)
            measure.member("period", entry.id.period.description)
            measure.member("change", entry.change.rawValue)
            measure.member("fields") { fields in fields.changes(entry.fields) }
        }
    }
}
