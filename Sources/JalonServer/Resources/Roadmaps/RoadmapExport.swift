import ActionPlans
import Postgres

/// The whole of a list of roadmaps, as a table or line by line.
enum RoadmapExport {
    static func of(
        _ filter: RoadmapQueries.Filter, _ order: RoadmapQueries.Order, selecting fields: Set<String>?, for actor: Actor,
        _ call: Call
    ) -> ListExport {
        let columns = columns(call.server.vocabularies, call.language, selecting: fields)
        let record = { @Sendable (row: inout Row) in try RoadmapRecord(&row).seen(by: actor, in: filter.reading) }
        return ListExport(
            name: "roadmaps", columns: columns.map(\.name),
            check: { session in try MinistryQueries.checkKnown(session, filter.ministries) },
            statement: RoadmapQueries.selection(filter, order, visibleTo: actor),
            line: { row, writer in try record(&row).write(to: &writer, selecting: fields) },
            cells: { row, table in table.row(try record(&row), columns) })
    }

    /// The address last, whatever is chosen.
    private static func columns(
        _ vocabularies: Vocabularies, _ language: Language, selecting fields: Set<String>?
    ) -> [TableColumn<RoadmapRecord>] {
        let all: [(member: String, column: TableColumn<RoadmapRecord>)] = [
            ("id", TableColumn("id") { .text($0.id.description) }),
            ("ministry", TableColumn("ministry") { .text($0.id.ministry.text) }),
            ("ministry_name", TableColumn("ministry_name") { .text($0.ministryName) }),
            ("first_year", TableColumn("first_year") { .number($0.id.firstYear) }),
            ("last_year", TableColumn("last_year") { .number($0.roadmap.lastYear) }),
            ("title", TableColumn("title") { .text($0.roadmap.title) }),
            ("state", TableColumn("state") { .text($0.roadmap.state.code) }),
            ("state", TableColumn("state_label") { .text(vocabularies.label($0.roadmap.state)[language]) }),
            ("due_on", TableColumn("due_on") { TableValue($0.roadmap.dueOn) }),
            ("submitted_on", TableColumn("submitted_on") { TableValue($0.roadmap.submittedOn) }),
            ("validated_on", TableColumn("validated_on") { TableValue($0.roadmap.validatedOn) }),
            ("action_count", TableColumn("action_count") { .number($0.actionCount) }),
            ("version", TableColumn("version") { .number($0.version) }),
            ("plan_version", TableColumn("plan_version") { TableValue($0.toldPlanVersion) }),
            ("revision", TableColumn("revision") { TableValue($0.toldRevision?.code) }),
            ("created_at", TableColumn("created_at") { .text($0.createdAt) }),
            ("updated_at", TableColumn("updated_at") { .text($0.updatedAt) }),
        ]
        return all.filter { fields?.contains($0.member) ?? true }.map(\.column)
            + [TableColumn("link") { .text("/v1/roadmaps/\($0.id)") }]
    }
}

extension RoadmapQueries {
    /// The columns of ``RoadmapRecord`` of the roadmaps of a list, in order.
    /// - Parameter telling: what to tell of the snapshot beside each roadmap, in a column of text.
    static func selection(
        _ filter: Filter, after: SQL? = nil, telling: SQL? = nil, _ order: Order, visibleTo actor: Actor
    ) -> SQL {
        let told: SQL = telling.map { ", \($0)" } ?? ""
        return """
            select \(RoadmapRecord.columns(in: filter.reading))\(told) from \(RoadmapRecord.table(in: filter.reading))
            where \(filter.condition) and \(Visibility.ofRoadmaps(to: actor, in: filter.reading)) and \(after ?? "true")
            order by \(order.clause)
            """
    }
}
