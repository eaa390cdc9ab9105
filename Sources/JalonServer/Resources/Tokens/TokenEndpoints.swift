import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// `/v1/tokens` and `/v1/tokens/{token}`
enum TokenEndpoints {
    private static let mostMinistries = 50

    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let paging = try parameters.paging(cursorOf: 2, for: call)
        try parameters.finish()
        let after = try paging.position { values in
            Paging.isInstant(values[0]) ? (createdAt: values[0], id: values[1]) : nil
        }
        let actor = try call.caller()
        let page = try await call.server.database.read { session in
            let today = try ParisDay.today(session)
            return Page(
                try TokenQueries.list(session, after: after, limit: paging.limit + 1).map { $0.used(by: actor, on: today) },
                paging: paging,
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
        let holder = holder(&members)
        let expiresOn = members.date("expires_on").given
        members.finish(readOnly: readOnly)
        let faults = noted.faults
        guard let holder else { throw Refusal.invalid(faults) }
        let wanted = NewToken(for: holder, expiresOn: expiresOn)
        return try await call.post(dryRun: dryRun) { session in
            try SchemaGate.pass(session)
            let issued = try TokenIssue.issue(session, wanted, noted: faults)
            return answer(issued, at: "/v1/tokens/\(issued.record.id)", isRehearsed: dryRun)
        }
    }

    /// Who is to hold a new token: somebody new, or a principal, which then says all of it.
    private static func holder(_ members: inout MemberReader) -> NewToken.Holder? {
        let principal = members.text("principal").given
        let label = members.text("label")
        let role = members.code("role", as: Role.self)
        let ministries = members.ministries("ministries", 0...mostMinistries).given
        let contact = members.text("contact").given
        guard let principal else {
            let (label, role) = (members.required("label", label), members.required("role", role))
            guard let label, let role else { return nil }
            return .new(NewPrincipal(label: label, role: role, ministries: ministries ?? [], contact: contact))
        }
        let given = [
            ("label", label.given != nil), ("role", role.given != nil), ("ministries", ministries != nil),
            ("contact", contact != nil),
        ]
        for (name, isGiven) in given where isGiven {
            members.add(
                name, .inconsistent,
                Message("Avec « principal », c’est celui du titulaire.", "With “principal”, it is that of the principal."))
        }
        return .known(principal)
    }

    /// What an answer says of a token and a request may not.
    static let readOnly: Set<String> = ["id", "created_at", "expires_at", "last_used_on", "revoked_at", "renewed_from", "secret"]

    /// The one answer that holds a secret.
    /// - Parameter address: where who asked for the token may revoke it.
    static func answer(_ issued: TokenIssue.Issued, at address: String, isRehearsed: Bool) -> Answer {
        var answer = Answer.json { issued.record.write(to: &$0, secret: .some(isRehearsed ? nil : issued.secret.text)) }
            .created(at: address)
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    /// Immediate: this process forgets the token before it answers, the others as soon as the database tells them.
    @Sendable static func revoke(_ call: Call) async throws -> Answer {
        let id = call.pathValue("token")
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        let all = parameters.flag("all") ?? false
        try parameters.finish()
        let revoked = try await call.write(dryRun: dryRun) { session in
            try SchemaGate.pass(session)
            if all { return try TokenQueries.revokeAll(session, ofHolderOf: id) }
            return try TokenQueries.revoke(session, id: id) ? [id] : nil
        }
        guard let revoked else { throw Problem.notFound() }
        if !dryRun { revoked.forEach(call.server.tokens.forget) }
        return Answer(.noContent)
    }
}
