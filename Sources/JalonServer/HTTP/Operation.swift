import ActionPlans
import HTTPTypes

/// One operation of the API, declared once: routing, permission, media types and limits all come from here, and a test
/// holds the list against `openapi.yaml`. A class, for the same reason as ``ServerState``.
package final class Operation: Sendable {
    package typealias Handler = @Sendable (Call) async throws -> Answer

    /// `operationId` in `openapi.yaml`.
    package let id: String
    package let method: HTTPRequest.Method
    /// A path template such as `/v1/roadmaps/{roadmap}`.
    package let path: String
    package let permission: Permission
    package let body: Body
    /// The media types it can answer with, the preferred one first; none when a good answer has no body.
    package let answers: [MediaType]
    package let purpose: Purpose
    package let validator: Validator
    /// Whether it may compute for long: it must not hold up the other clients of its event loop.
    package let takesLong: Bool
    package let freshness: Freshness
    package let handler: Handler

    /// What an operation is there for.
    package enum Purpose: Sendable {
        /// The service itself.
        case service
        /// What explains the service.
        case documentation
        /// What tells whether the process should be restarted, or sent requests.
        case health
        /// What tells the operator how the service fares.
        case monitoring

        /// Called every few seconds by a program.
        var isProbed: Bool { self == .health || self == .monitoring }

        /// Whether callers may send only so many a minute.
        var isLimited: Bool { self == .service }

        func isServed(on door: Door, hasAdminPort: Bool) -> Bool {
            switch (self, door) {
            case (.health, _), (.monitoring, .admin), (.service, .api), (.documentation, .api): true
            case (.monitoring, .api): !hasAdminPort
            case (.service, .admin), (.documentation, .admin): false
            }
        }
    }

    /// What the validator of an answer to GET is made of.
    package enum Validator: Sendable {
        /// A version that the handler knows, or the bytes of what is cheap to make.
        case own
        /// The bytes of an answer that follows from the data alone, the day and the caller's rights: while nothing is
        /// written, it needs not be made again.
        case data
        /// The same, of an answer that is short and made of much: it is kept, and given to all who ask the same.
        case kept
    }

    /// How long a good answer may be shown without asking again.
    package enum Freshness: Sendable {
        /// Not at all.
        case checked
        /// Some minutes, by whoever keeps it, where nobody in particular asked.
        case published

        /// nil for what holds of every answer.
        func cacheControl(withToken: Bool) -> String? {
            switch self {
            case .checked: nil
            case .published: withToken ? "private, no-cache" : "public, max-age=300, stale-while-revalidate=3600"
            }
        }
    }

    /// Where requests come in: the port for clients, and the one that the operator may keep for himself.
    package enum Door: Sendable {
        case api
        case admin
    }

    /// Whether the address may say the language: where a person looks at the answer, there may be no header to say it in.
    var hasLanguage: Bool { answers.contains(.html) || answers.contains(.svg) }

    package init(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, _ permission: Permission, reads body: Body = .none,
        answers: [MediaType] = [.json], for purpose: Purpose = .service,
        validatedBy validator: Validator = .own, takesLong: Bool = false, fresh freshness: Freshness = .checked,
        _ handler: @escaping Handler
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.permission = permission
        self.body = body
        self.answers = answers
        self.purpose = purpose
        self.validator = validator
        self.takesLong = takesLong
        self.freshness = freshness
        self.handler = handler
    }
}
