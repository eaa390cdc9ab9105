import ActionPlans
import HTTPTypes

/// Every problem the service can answer: its slug, its status and its title. One catalogue for code and documentation.
package enum ProblemKind: String, CaseIterable, Sendable {
    case malformedRequest = "malformed-request"
    case invalidParameter = "invalid-parameter"
    case invalidCursor = "invalid-cursor"
    case authenticationRequired = "authentication-required"
    case invalidToken = "invalid-token"
    case expiredToken = "expired-token"
    case forbidden
    case outsideMinistry = "outside-ministry"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case notAcceptable = "not-acceptable"
    case requestTimeout = "request-timeout"
    case conflict
    case transitionRefused = "transition-refused"
    case roadmapClosed = "roadmap-closed"
    case revisionRequired = "revision-required"
    case idempotencyInProgress = "idempotency-in-progress"
    case idempotencyAnswerSealed = "idempotency-answer-sealed"
    case preconditionFailed = "precondition-failed"
    case contentTooLarge = "content-too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case validationFailed = "validation-failed"
    case headersTooLarge = "headers-too-large"
    case idempotencyKeyReused = "idempotency-key-reused"
    case preconditionRequired = "precondition-required"
    case rateLimited = "rate-limited"
    case internalError = "internal-error"
    case unavailable
    case timeout

    package var slug: String { rawValue }

    package var status: HTTPResponse.Status {
        switch self {
        case .malformedRequest, .invalidParameter, .invalidCursor: .badRequest
        case .authenticationRequired, .invalidToken, .expiredToken: .unauthorized
        case .forbidden, .outsideMinistry: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notAcceptable: .notAcceptable
        case .requestTimeout: .requestTimeout
        case .conflict, .transitionRefused, .roadmapClosed, .revisionRequired, .idempotencyInProgress, .idempotencyAnswerSealed:
            .conflict
        case .preconditionFailed: .preconditionFailed
        case .contentTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .validationFailed, .idempotencyKeyReused: .unprocessableContent
        case .preconditionRequired: .preconditionRequired
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .rateLimited: .tooManyRequests
        case .internalError: .internalServerError
        case .unavailable: .serviceUnavailable
        case .timeout: .gatewayTimeout
        }
    }

    package var title: Message {
        switch self {
        case .malformedRequest: Message("Requête illisible", "Malformed request")
        case .invalidParameter: Message("Paramètre invalide", "Invalid parameter")
        case .invalidCursor: Message("Curseur invalide", "Invalid cursor")
        case .authenticationRequired: Message("Authentification requise", "Authentication required")
        case .invalidToken: Message("Jeton invalide", "Invalid token")
        case .expiredToken: Message("Jeton expiré", "Expired token")
        case .forbidden: Message("Droit insuffisant", "Forbidden")
        case .outsideMinistry: Message("Hors de votre ministère", "Outside your ministry")
        case .notFound: Message("Introuvable", "Not found")
        case .methodNotAllowed: Message("Méthode non admise", "Method not allowed")
        case .notAcceptable: Message("Format non proposé", "Not acceptable")
        case .requestTimeout: Message("Requête trop lente", "Request timeout")
        case .headersTooLarge: Message("En-tête trop volumineux", "Headers too large")
        case .conflict: Message("Conflit", "Conflict")
        case .transitionRefused: Message("Changement d’état refusé", "Transition refused")
        case .roadmapClosed: Message("Feuille de route close", "Roadmap closed")
        case .revisionRequired: Message("Révision requise", "Revision required")
        case .idempotencyInProgress: Message("Première requête encore en cours", "First request still running")
        case .idempotencyAnswerSealed: Message("Réponse scellée pour un autre jeton", "Answer sealed for another token")
        case .preconditionFailed: Message("Condition non remplie", "Precondition failed")
        case .contentTooLarge: Message("Contenu trop volumineux", "Content too large")
        case .unsupportedMediaType: Message("Type de contenu non admis", "Unsupported media type")
        case .validationFailed: Message("Contenu invalide", "Validation failed")
        case .idempotencyKeyReused: Message("Clé d’idempotence déjà employée", "Idempotency key reused")
        case .preconditionRequired: Message("Précondition requise", "Precondition required")
        case .rateLimited: Message("Trop de requêtes", "Too many requests")
        case .internalError: Message("Erreur interne", "Internal error")
        case .unavailable: Message("Service momentanément indisponible", "Service unavailable")
        case .timeout: Message("Délai dépassé", "Timeout")
        }
    }
}
