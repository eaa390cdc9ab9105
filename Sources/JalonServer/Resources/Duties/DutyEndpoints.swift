import ActionPlans
import Documents
import Postgres

/// `GET /v1/duties`: what is expected of somebody now.
enum DutyEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        let asked: Role? = parameters.code("role")
        let named = parameters.ministries()
        let codes: [DutyCode]? = parameters.codes("code")
        let decimal: CSVWriter.DecimalMark? = parameters.code("decimal")
        try parameters.finish()
        // Who names ministries means what is expected of these.
        let role = asked ?? (named != nil && actor.seesAll ? .referent : actor.role)
        let ministries = try ministries(named, of: role, for: actor)
        let duties = try await call.server.database.read { session in
            try MinistryQueries.checkKnown(session, named)
            return try Duties(session, of: role, about: ministries, codes, for: actor)
        }
        if call.wantsRows {
            return call.answer(
                duties.list, duties.columns(in: call.language), decimal: decimal ?? .comma, named: "duties")
        }
        return Answer.json { duties.write(to: &$0, in: call.language, role: role, target: call.target) }
    }

    /// - Returns: nil for all.
    /// - Throws: ``ProblemKind/forbidden`` for the duties of the coordination, ``ProblemKind/outsideMinistry`` for those of another
    ///   ministry.
    private static func ministries(
        _ named: [MinistryCode]?, of role: Role, for actor: Actor
    ) throws(Problem) -> [MinistryCode]? {
        if actor.seesAll { return named }
        if role == .coordinator {
            throw Problem(
                .forbidden,
                Message(
                    "Ces tâches sont celles de la coordination : demandez les vôtres sans « role ».",
                    "These are duties of the coordinators: ask for yours without “role”."))
        }
        if let other = named?.first(where: { !actor.seesAll(of: $0) }) {
            throw Problem(
                .outsideMinistry,
                Message(
                    "Votre jeton ne voit pas ce qui est attendu de \(other) : demandez vos tâches sans « ministry ».",
                    "Your token does not see what is expected of \(other): ask for your duties without “ministry”."))
        }
        return named ?? actor.ministries.sorted()
    }
}

extension Duties {
    fileprivate func columns(in language: Language) -> [TableColumn<Duty>] {
        let today = today
        return [
            TableColumn("code") { .text($0.code.code) },
            TableColumn("text") { .text($0.text[language]) },
            TableColumn("ministry") { TableValue($0.ministry?.text) },
            TableColumn("since") { TableValue($0.since) },
            TableColumn("due_on") { TableValue($0.dueOn) },
            TableColumn("days_late") { .number($0.daysLate(on: today)) },
            TableColumn("subject_kind") { .text($0.subject.kind.rawValue) },
            TableColumn("subject") { .text($0.subject.id) },
            TableColumn("ends_with") { .text($0.subject.endsWith) },
            TableColumn("link") { .text($0.subject.address) },
        ]
    }

    fileprivate func write(to writer: inout JSONWriter, in language: Language, role: Role, target: String) {
        writer.object { document in
            document.member("data", listOf: list) { list, duty in
                list.object { object in
                    object.member("code", duty.code.code)
                    object.member("text", duty.text[language])
                    object.member("ministry", duty.ministry?.text)
                    object.member("since", duty.since)
                    object.member("due_on", duty.dueOn)
                    object.member("days_late", duty.daysLate(on: today))
                    object.member("subject") { subject in
                        subject.member("kind", duty.subject.kind.rawValue)
                        subject.member("id", duty.subject.id)
                    }
                    object.member("links") { links in
                        links.member("subject", duty.subject.address)
                        links.member("ends_with", duty.subject.endsWith)
                    }
                }
            }
            document.member("links") { $0.member("self", target) }
            document.member("meta") { meta in
                meta.member("role", role.rawValue)
                meta.member("as_of", today)
                meta.member("total", total)
            }
        }
    }
}
