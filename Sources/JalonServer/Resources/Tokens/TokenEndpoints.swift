import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// `/v1/tokens`, `/v1/tokens/{token}` and `/v1/me`
enum TokenEndpoints {
    private static let mostMinistries = 50

    @Sendable static func me(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        try parameters.finish()
        let found = try await call.server.database.fetch { session in try TokenQueries.find(session, id: actor.token) }
        guard let record = found else { throw Problem.notFound() }
        let scopes = Permission.allCases.filter { permission in
            permission != .public && permission.roles(publicFigures: false)?.contains(actor.role) == true
        }
        let filter = record.ministries.isEmpty ? "" : "?ministry=\(record.ministries.joined(separator: ","))"
        return Answer.json { writer in
            writer.object { me in
                me.member("token", record.id)
                me.member("label", record.label)
                me.member("role", record.role.code)
                me.member("ministries", record.ministries)
                me.member("contact", record.contact)
                me.member("scopes", scopes.map(\.rawValue))
                me.member("created_at", record.createdAt)
                me.member("expires_at", record.expiresAt)
                me.member("last_used_on", record.lastUsedOn)
                if let standing = call.standing {
                    me.member("quota") { standing.write(to: &$0) }
                } else {
                    me.member("quota", nil as String?)
                }
                me.member("links") { links in
                    links.member("self", "/v1/me")
                    links.member("roadmaps", "/v1/roadmaps\(filter)")
                    links.member("actions", "/v1/actions\(filter)")
                }
            }
        }
    }

    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let paging = try parameters.paging(cursorOf: 2, for: call)
        try parameters.finish()
        let after = try paging.position { values in
            Paging.isInstant(values[0]) ? (createdAt: values[0], id: values[1]) : nil
        }
        let page = try await call.server.database.read { session in
            Page(
                try TokenQueries.list(session, after: after, limit: paging.limit + 1), paging: paging,
                total: paging.wantsTotal ? try TokenQueries.count(session) : nil,
                position: { [$0.createdAt, $0.id] })
        }
        return call.answer(page, paging) { $1.write(to: &$0) }
    }

    @Sendable static func issue(_ call: Call) async throws -> Answer {
        let noted = FaultList()
        var members = try call.members(noting: noted)
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        let label = members.required("label", members.text("label"))
        let role = members.required("role", members.code("role", as: Role.self))
        let ministries = members.ministries("ministries", 0...mostMinistries).given ?? []
        let contact = members.text("contact").given
        let expiresOn = members.date("expires_on").given
        members.finish(readOnly: ["id", "created_at", "expires_at", "last_used_on", "revoked_at", "secret"])
        let faults = noted.faults
        guard let label, let role else { throw Refusal.invalid(faults) }
        let wanted = NewToken(label: label, role: role, ministries: ministries, contact: contact, expiresOn: expiresOn)
        return try await call.post(dryRun: dryRun) { session in
            try SchemaGate.pass(session)
            let (record, secret) = try TokenIssue.issue(session, wanted, noted: faults)
            var answer = Answer.json { record.write(to: &$0, secret: .some(dryRun ? nil : secret.text)) }
                .created(at: "/v1/tokens/\(record.id)")
            answer.fields[.cacheControl] = "no-store"
            return answer
        }
    }

    /// Immediate: this process forgets the token before it answers, the others as soon as the database tells them.
    @Sendable static func revoke(_ call: Call) async throws -> Answer {
        let id = call.pathValue("token")
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        let isRevoked = try await call.write(dryRun: dryRun) { session in
            try SchemaGate.pass(session)
            return try TokenQueries.revoke(session, id: id)
        }
        guard isRevoked else { throw Problem.notFound() }
        if !dryRun { call.server.tokens.forget(id) }
        return Answer(.noContent)
    }
}

/// Makes a token: the one way for the API and the command.
package enum TokenIssue {
    /// - Returns: the token as it is listed, and its secret, which is not kept.
    /// - Throws: ``Refusal/invalid(_:)`` with every fault.
    package static func issue(
        _ session: borrowing Session, _ wanted: NewToken, noted: [Fault] = []
    ) throws -> (record: TokenRecord, secret: TokenSecret) {
        let today = try ParisDay.today(session)
        let unknown = try MinistryQueries.unknown(session, among: wanted.ministries, inList: "ministries", noted: noted)
        try Refusal.adding(to: noted) { () throws(Refusal) in
            let faults = wanted.faults(today: today) + unknown
            guard faults.isEmpty else { throw .invalid(faults) }
        }
        let secret = TokenSecret.generate()
        return (try TokenQueries.insert(session, wanted, secret: secret), secret)
    }
}
