import ActionPlans
import JalonServer
import Postgres

/// Whether the database still keeps its history by itself, and when to compare all it holds with that.
enum HistoryKeeping {
    private static let triggers = [
        "changes_append_only", "changes_1_roadmap_periods", "changes_2_action_periods", "changes_3_figure_days",
        "changes_4_ministry_names", "changes_5_data_versions", "changes_6_feed", "figure_ledger_append_only",
        "feed_entries_append_only", "snapshots_immutable", "snapshot_actions_immutable", "snapshots_data_versions",
        "external_figures_data_versions",
    ]

    static func check(_ session: borrowing Session) throws -> Check {
        let name = Message("Historique", "History")
        let stopped = try session.query(
            """
            select wanted.name, t.tgrelid::regclass::text
            from unnest(\(triggers)::text[]) wanted (name)
            left join pg_trigger t on t.tgname = wanted.name
                and t.tgrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
            where t.tgenabled is null or t.tgenabled not in ('O', 'A')
            order by 1
            """
        ) { row in (name: try row.next(String.self), table: try row.next(String?.self)) }
        guard stopped.isEmpty else {
            let list = stopped.map(\.name).joined(separator: ", ")
            let statements = stopped.map { trigger in
                trigger.table.map { "alter table \($0) enable trigger \(trigger.name);" }
                    ?? "create trigger \(trigger.name)… (schema.sql)"
            }.joined(separator: " ")
            return .problem(
                "history", name,
                Message("déclencheurs absents ou arrêtés : \(list)", "triggers that are missing or stopped: \(list)"),
                mend: Message(
                    "Dans la base : \(statements) Puis lancez « jalon figures verify » : ce qui a été écrit entre-temps n’y est pas.",
                    "In the database: \(statements) Then run “jalon figures verify”: what was written meanwhile is not in it."))
        }
        return .ok(
            "history", name,
            Message(
                "\(triggers.count) déclencheurs en place ; après une restauration, une migration ou une écriture en SQL, lancez "
                    + "« jalon figures verify »",
                "\(triggers.count) triggers in place; after a restore, a migration or a write with SQL, run “jalon figures verify”"
            ))
    }
}
