import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// A request on its way through a handler: understood, authenticated, permitted.
package struct Call: Sendable {
    package let operation: Operation
    package let server: ServerState
    package let id: String
    /// Path and query as they were sent, but for what may not stand in an address, which is escaped.
    package let target: String
    /// The path under which the caller reaches the service; no address in here bears it, it is put before them at the end.
    package let base: BasePath
    package let fields: HTTPFields
    package let query: QueryString
    package let language: Language
    package let type: MediaType
    package let actor: Actor?
    /// Where the caller stands; nil without limits.
    let standing: RateLimiter.Standing?
    /// The body, where the operation reads one.
    package let document: SentDocument?
    /// For a POST that bears an `Idempotency-Key`.
    let idempotent: IdempotentRequest?
    let pathValues: [String: String]
    /// Whether nobody will read the answer.
    let isAbandoned: @Sendable () -> Bool

    /// Where a page or a picture is offered, the address may say its language (``Negotiation/language(_:target:)``).
    package func parameters() -> ParameterReader {
        var parameters = ParameterReader(query)
        if operation.hasLanguage { parameters.language() }
        return parameters
    }

    package func conditions() throws -> Conditions { try Conditions(fields) }

    /// The caller; operations that anybody may call do not ask.
    package func caller() throws -> Actor {
        guard let actor else { throw Problem.authenticationRequired() }
        return actor
    }

    package func pathValue(_ name: String) -> String { pathValues[name] ?? "" }

    /// A reader of the body's members.
    package func members(noting faults: FaultList) throws -> MemberReader {
        guard let document else {
            throw Problem(.malformedRequest, Message("Cette requête demande un corps.", "This request needs a body."))
        }
        return MemberReader(document.root, faults: faults)
    }

    /// Answers a GET of one resource: 304 when the caller already has this state, 412 when it insists on another.
    package func answer(_ tag: EntityTag, _ write: (inout JSONWriter) throws -> Void) throws -> Answer {
        let answer = try Answer.json(.ok, write).tagged(tag)
        return try conditions().isUnmodified(tag) ? answer.unmodified() : answer
    }
}

extension Problem {
    static func authenticationRequired() -> Problem {
        var problem = Problem(
            .authenticationRequired,
            Message("Envoyez un jeton : Authorization: Bearer jalon_…", "Send a token: Authorization: Bearer jalon_…"))
        problem.fields[.wwwAuthenticate] = "Bearer realm=\"jalon\""
        return problem
    }
}
