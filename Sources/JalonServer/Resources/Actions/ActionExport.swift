import ActionPlans
import Postgres

/// The whole of a list of actions, as a table or line by line.
enum ActionExport {
    private struct Line {
        let record: ActionRecord
        let ministryName: String?

        var action: Action { record.action }
    }

    /// - Parameters:
    ///   - roadmap: the only one whose actions are listed, if there is one.
    ///   - fields: the members to keep, of ``ActionRecord/members``; nil keeps all.
    static func of(
        _ filter: ActionFilter, _ order: ActionOrder, in roadmap: RoadmapID?, selecting fields: Set<String>?, for actor: Actor,
        _ call: Call
    ) -> ListExport {
        let columns = columns(call.server.vocabularies, call.language, selecting: fields)
        return ListExport(
            name: roadmap.map { "\($0)-actions" } ?? "actions", columns: columns.map(\.name),
            check: { session in try ActionQueries.checkAsked(session, filter, in: roadmap, for: actor) },
            statement: call.type == .csv
                ? ActionQueries.named(filter, order, visibleTo: actor)
                : ActionQueries.selection(filter, order, visibleTo: actor),
            line: { row, writer in try ActionDocument.write(&row, to: &writer, selecting: fields) },
            cells: { row, table in
                table.row(Line(record: try ActionRecord(&row), ministryName: try row.next()), columns)
            })
    }

    /// Each code beside its label, the free texts and the lists inside, and the address last, whatever is chosen.
    private static func columns(
        _ vocabularies: Vocabularies, _ language: Language, selecting fields: Set<String>?
    ) -> [TableColumn<Line>] {
        func column(_ member: String, _ value: @escaping @Sendable (Line) -> TableValue) -> (String, TableColumn<Line>) {
            (member, TableColumn(member, value))
        }
        func label(_ member: String, _ label: @escaping @Sendable (Line) -> Message?) -> (String, TableColumn<Line>) {
            (member, TableColumn("\(member)_label") { TableValue(label($0)?[language]) })
        }
        func stated(_ member: ActionMember) -> (String, TableColumn<Line>) {
            column(member.rawValue) { TableValue(member.value(in: $0.action)) }
        }
        let all: [(member: String, column: TableColumn<Line>)] = [
            column("id") { .text($0.record.id.description) },
            column("roadmap") { .text($0.record.id.roadmap.description) },
            column("ministry") { .text($0.record.id.roadmap.ministry.text) },
            ("ministry", TableColumn("ministry_name") { TableValue($0.ministryName) }),
            column("code") { .text($0.record.id.code.text) },
            stated(.title), stated(.description),
            stated(.theme), label("theme") { vocabularies.label($0.action.theme) },
            stated(.targetLevel), label("target_level") { vocabularies.label($0.action.targetLevel) },
            stated(.reachedLevel), label("reached_level") { $0.action.reachedLevel.map(vocabularies.label) },
            stated(.status), label("status") { vocabularies.label($0.action.status) },
            stated(.statusReason), stated(.keyAction), stated(.identifiedOn), stated(.dueOn), stated(.completedOn),
            stated(.lead), stated(.contributors), stated(.practices), stated(.confidential),
            column("late") { .flag($0.record.isLate) },
            column("version") { .number($0.record.version) },
            column("created_at") { .text($0.record.createdAt) },
            column("updated_at") { .text($0.record.updatedAt) },
        ]
        return all.filter { fields?.contains($0.member) ?? true }.map(\.column)
            + [TableColumn("link") { .text("/v1/actions/\($0.record.id)") }]
    }
}

extension ActionQueries {
    /// What a list of actions is asked of must be there.
    static func checkAsked(
        _ session: borrowing Session, _ filter: ActionFilter, in roadmap: RoadmapID?, for actor: Actor
    ) throws {
        try MinistryQueries.checkKnown(session, filter.ministries)
        if let roadmap, try RoadmapQueries.find(session, roadmap, in: filter.reading, visibleTo: actor) == nil {
            throw Problem.notFound()
        }
    }

    /// The columns of ``ActionRecord`` of the actions of a list, in order.
    /// - Parameter telling: what to tell of the snapshot beside each action, in a column of text.
    static func selection(
        _ filter: ActionFilter, after: SQL? = nil, telling: SQL? = nil, _ order: ActionOrder, visibleTo actor: Actor
    ) -> SQL {
        let told: SQL = telling.map { ", \($0)" } ?? ""
        return """
            select \(ActionRecord.columns(in: filter.reading))\(told)
            from \(filter.actions(visibleTo: actor))
            where \(filter.condition) and \(Visibility.ofActions(to: actor, in: filter.reading)) and \(after ?? "true")
            order by \(order.clause)
            """
    }

    /// The same with the names of the ministries, as their roadmaps bear them: found once for each roadmap.
    fileprivate static func named(_ filter: ActionFilter, _ order: ActionOrder, visibleTo actor: Actor) -> SQL {
        """
        with named as materialized (
            select r.ministry, r.first_year, \(RoadmapRecord.name(in: filter.reading)) as name
            from \(RoadmapRecord.table(in: filter.reading))
        )
        select \(ActionRecord.columns(in: filter.reading)), n.name
        from \(filter.actions(visibleTo: actor))
        left join named n on n.ministry = a.ministry and n.first_year = a.first_year
        where \(filter.condition) and \(Visibility.ofActions(to: actor, in: filter.reading))
        order by \(order.clause)
        """
    }
}
