import ActionPlans
import Documents

/// What applying a plan did, or would do.
struct PlanOutcome: Sendable {
    let difference: PlanDifference
    let warnings: [Warning]
    let dryRun: Bool
    /// As it is left.
    let roadmap: RoadmapRecord

    init(
        _ difference: PlanDifference, leaving roadmap: RoadmapRecord, by request: WriteRequest, in context: ChangeContext,
        sent call: Call
    ) {
        self.difference = difference
        self.roadmap = roadmap
        dryRun = request.dryRun
        let sent = call.document
        let dates = Warning.ofDates(of: difference, isDated: request.effectiveOn != nil, in: context)
        let document = sent?.tellsLines == true ? sent?.root : nil
        let state = Warning.ofState(in: difference, of: document, in: context)
        let completions = Warning.ofCompletions(in: difference, of: document, in: context)
        warnings = Warning.bounded((sent?.warnings ?? []) + dates + state + completions)
    }

    /// Large enough that a piece is worth sending, small enough that many readers at once hold little.
    private static let pieceSize = 48 << 10

    func answer(in language: Language) -> Answer {
        let answer = Answer.stream(.json) { stream in
            var writer = JSONWriter(capacity: 1 << 12)
            writer.begin(.object)
            writeHead(in: language, to: &writer)
            if writer.key("actions") {
                writer.begin(.list)
                for entry in difference.entries.sorted(by: { $0.code < $1.code }) {
                    write(entry, to: &writer)
                    if writer.count >= Self.pieceSize { try await stream.write(writer.takeBytes()) }
                }
                writer.end(.list)
            }
            writer.end(.object)
            try await stream.write(writer.takeBytes())
        }.tagged(roadmap.planTag)
        return difference.roadmapBefore == nil ? answer.created(at: "/v1/roadmaps/\(roadmap.id)") : answer
    }

    private func writeHead(in language: Language, to result: inout JSONWriter) {
        if result.key("roadmap") { roadmap.write(to: &result) }
        result.member("dry_run", dryRun)
        result.member("created", difference.roadmapBefore == nil)
        result.member("fields") { $0.changes(difference.roadmapFields) }
        result.member("summary") { summary in
            for change in PlanDifference.Change.allCases { summary.member(change.rawValue, difference.count(change)) }
        }
        result.warnings(warnings, in: language)
    }

    /// A rehearsal also tells all that would be stored, so that its reader sees what was understood.
    private func write(_ entry: PlanDifference.Entry, to writer: inout JSONWriter) {
        writer.object { action in
            action.member("code", entry.code.text)
            action.member("change", entry.change.rawValue)
            action.member("fields") { $0.changes(entry.fields) }
            guard dryRun, entry.change != .absent else { return }
            action.member("values") { values in
                for (name, value) in PlanExport.members(of: entry.after, code: entry.code) { values.member(name, value) }
            }
        }
    }
}
