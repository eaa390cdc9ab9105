import ActionPlans
import NIOHTTP1

/// What is refused before a request is understood.
extension Problem {
    static func notHTTP() -> Problem {
        Problem(
            .malformedRequest,
            Message("Ce n’est pas une requête HTTP/1.1 bien formée.", "This is not a well-formed HTTP/1.1 request."))
    }

    static func headersTooLarge() -> Problem {
        Problem(
            .headersTooLarge,
            Message(
                "L’en-tête de la requête dépasse 100 champs, 32 Kio en tout ou 8 Kio d’adresse.",
                "The header of the request exceeds 100 fields, 32 KiB in all or 8 KiB for the target."))
    }

    static func requestTimeout() -> Problem {
        Problem(
            .requestTimeout,
            Message(
                "La requête n’est pas arrivée entière dans le délai, ou trop lentement.",
                "The request did not arrive whole in time, or came too slowly."))
    }

    static func bodyCutShort() -> Problem {
        Problem(
            .malformedRequest,
            Message("Le corps de la requête n’est pas arrivé entier.", "The request body did not arrive whole."))
    }

    static func bodyMalformed() -> Problem {
        Problem(
            .malformedRequest,
            Message("Le corps de la requête est mal découpé (chunked).", "The request body is badly chunked."))
    }

    /// Why a body cannot be read further.
    static func unreadableBody(_ error: HTTPParserError?) -> Problem {
        error == .invalidEOFState ? bodyCutShort() : bodyMalformed()
    }

    /// Why no request can be read further.
    static func unreadableHead(_ error: HTTPParserError?) -> Problem {
        error == .headerOverflow ? headersTooLarge() : notHTTP()
    }
}
