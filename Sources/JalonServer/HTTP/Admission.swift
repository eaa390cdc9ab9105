import ActionPlans
import HTTPTypes

/// Lets a request in: who sends it, whether the operation is for them, and whether they call too often.
struct Admission: Sendable {
    let server: ServerState

    /// The caller, once known to hold the operation's permission and not to call too often. A token that is sent must be
    /// good even where none is needed; without a good one, it is the address that counts.
    func caller(
        of operation: Operation, _ request: IncomingRequest, _ trail: inout RequestTrail
    ) async throws -> Actor? {
        let allowed = operation.permission.roles(publicFigures: server.configuration.publicFigures)
        if operation.permission == .public {
            try admit(nil, request, &trail)
            return nil
        }
        let actor: Actor?
        do {
            actor = try await server.tokens.caller(request.fields)
        } catch let problem as Problem {
            try admit(nil, request, &trail)
            throw problem
        }
        try admit(actor, request, &trail)
        guard let actor else {
            guard allowed == nil else { throw Problem.authenticationRequired() }
            return nil
        }
        guard allowed?.contains(actor.role) ?? true else {
            throw Problem(
                .forbidden,
                Message(
                    "Le rôle « \(actor.role.code) » ne permet pas cette opération.",
                    "The role “\(actor.role.code)” may not do this."))
        }
        return actor
    }

    /// - Throws: ``ProblemKind/rateLimited`` for a request too many.
    private func admit(_ actor: Actor?, _ request: IncomingRequest, _ trail: inout RequestTrail) throws {
        trail.principal = actor?.principal
        trail.token = actor?.token
        guard trail.operation?.purpose.isLimited == true else { return }
        trail.standing =
            if let actor {
                server.limiter.take(principal: actor.principal)
            } else {
                server.limiter.take(client: server.configuration.trustedProxies.client(of: request.peer, request.fields))
            }
        if let seconds = trail.standing?.retryAfter { throw Problem.rateLimited(retryAfter: seconds) }
    }
}
