import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// `/v1/me`, `/v1/me/tokens` and `/v1/me/tokens/{token}`: what whoever holds a token may know of it and do with it.
enum MyTokenEndpoints {
    @Sendable static func me(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        try parameters.finish()
        let (found, good) = try await call.server.database.read { session in
            let today = try ParisDay.today(session)
            return (
                try TokenQueries.find(session, id: actor.token)?.used(by: actor, on: today),
                try TokenQueries.good(session, of: actor.principal).map { $0.used(by: actor, on: today) }
            )
        }
        guard let record = found else { throw Problem.notFound() }
        let scopes = Permission.allCases.filter { permission in
            permission != .public && permission.roles(publicFigures: false)?.contains(actor.role) == true
        }
        let filter = record.ministries.isEmpty ? "" : "?ministry=\(record.ministries.joined(separator: ","))"
        return Answer.json { writer in
            writer.object { me in
                me.member("principal", record.principal)
                me.member("token", record.id)
                me.member("label", record.label)
                me.member("role", record.role.code)
                me.member("ministries", record.ministries)
                me.member("contact", record.contact)
                me.member("scopes", scopes.map(\.rawValue))
                me.member("created_at", record.createdAt)
                me.member("expires_at", record.expiresAt)
                me.member("last_used_on", record.lastUsedOn)
                me.member("tokens", listOf: good) { $1.writeBriefly(to: &$0) }
                if let standing = call.standing {
                    me.member("quota") { standing.write(to: &$0) }
                } else {
                    me.member("quota", nil as String?)
                }
                me.member("links") { links in
                    links.member("self", "/v1/me")
                    links.member("roadmaps", "/v1/roadmaps\(filter)")
                    links.member("actions", "/v1/actions\(filter)")
                    links.member("renewal", "/v1/me/tokens")
                }
            }
        }
    }

    /// The caller gets another token; the one it calls with has a day left.
    @Sendable static func renew(_ call: Call) async throws -> Answer {
        guard let token = TokenDirectory.token(call.fields) else { throw Problem.authenticationRequired() }
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        let noted = FaultList()
        var expiresOn: CivilDate?
        if call.document != nil {
            var members = try call.members(noting: noted)
            expiresOn = members.date("expires_on").given
            members.finish(readOnly: TokenEndpoints.readOnly.union(["principal", "label", "role", "ministries", "contact"]))
        }
        let (day, faults) = (expiresOn, noted.faults)
        let answer = try await call.post(dryRun: dryRun) { session in
            try SchemaGate.pass(session)
            let issued = try TokenIssue.renew(session, token, until: day, noted: faults)
            return TokenEndpoints.answer(issued, at: "/v1/me/tokens/\(issued.record.id)", isRehearsed: dryRun)
        }
        if !dryRun { call.server.tokens.forget(token.id) }
        return answer
    }

    /// Others' tokens are not there.
    @Sendable static func revoke(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = call.pathValue("token")
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        let isRevoked = try await call.write(dryRun: dryRun) { session in
            try SchemaGate.pass(session)
            return try TokenQueries.revoke(session, id: id, of: actor.principal)
        }
        guard isRevoked else { throw Problem.notFound() }
        if !dryRun { call.server.tokens.forget(id) }
        return Answer(.noContent)
    }
}

extension TokenRecord {
    /// Among the tokens of one principal.
    fileprivate func writeBriefly(to writer: inout JSONWriter) {
        writer.object { token in
            token.member("id", id)
            token.member("created_at", createdAt)
            token.member("expires_at", expiresAt)
            token.member("last_used_on", lastUsedOn)
            token.member("renewed_from", renewedFrom)
        }
    }
}
