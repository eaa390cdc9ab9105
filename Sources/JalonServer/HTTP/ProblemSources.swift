import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// How what goes wrong elsewhere becomes a problem: the domain's refusals, unreadable documents, the database's errors.
extension Problem {
    /// - Parameters:
    ///   - document: the request's document, to point into.
    ///   - query: what it was sent with, which may say what the document does not.
    package init(_ refusal: Refusal, in document: SentDocument?, query: QueryString? = nil) {
        switch refusal {
        case .invalid(let faults) where document == nil:
            // Without a body, what a write says stands in the query.
            self.init(.invalidParameter, faults.first?.message ?? .internalError)
            self.faults = faults.map { Located(place: .parameter($0.member), code: $0.code, message: $0.message) }
        case .invalid(let faults):
            let located = Self.located(faults, in: document, query)
            self.init(
                .validationFailed,
                Message(
                    located.count == 1 ? "Une erreur dans le contenu." : "\(located.count) erreurs dans le contenu.",
                    located.count == 1 ? "One fault in the content." : "\(located.count) faults in the content."))
            self.faults = Array(located.prefix(Located.most))
        case .transitionRefused(let from, let to, let allowed):
            let names = allowed.map { "« \($0) »" }.joined(separator: ", ")
            let source = from ?? "—"
            self.init(
                .transitionRefused,
                Message(
                    "Le passage de « \(source) » à « \(to) » n’existe pas. "
                        + (allowed.isEmpty ? "Aucun changement d’état n’est possible ici." : "Possible ici : \(names)."),
                    "There is no move from “\(source)” to “\(to)”. "
                        + (allowed.isEmpty
                            ? "No move is possible here." : "Possible here: \(allowed.joined(separator: ", ")).")))
            self.allowed = allowed
        case .roadmapClosed(let id):
            self.init(
                .roadmapClosed,
                Message(
                    "La feuille de route \(id) est close : elle ne se modifie plus.",
                    "The roadmap \(id) is closed and can no longer be changed."))
            key = id.description
        case .outsideMinistry(let ministry):
            self.init(.outsideMinistry, .outsideMinistry([ministry]))
        case .forbidden(let message):
            self.init(.forbidden, message)
        case .conflict(let key, let fault):
            self.init(.conflict, fault.message)
            self.key = key
            self.faults = [Self.stored(fault)]
        case .conflicts(let key, let message, let faults):
            self.init(.conflict, message)
            self.key = key
            self.faults = faults.prefix(Located.most).map(Self.stored)
        case .revisionRequired(let id, let message):
            self.init(.revisionRequired, message)
            key = id.description
        }
    }

    /// What is wrong about what is stored, not about the request.
    private static func stored(_ fault: Fault) -> Located {
        let place: Located.Place = fault.member.isEmpty ? .text : .pointer("/" + fault.member)
        return Located(place: place, code: fault.code, message: fault.message)
    }

    /// The faults in the order of the text; in a table each names its cell.
    private static func located(_ faults: [Fault], in document: SentDocument?, _ query: QueryString?) -> [Located] {
        guard let document else { return [] }
        func isOfQuery(_ fault: Fault) -> Bool {
            query?.parameters.contains { $0.name == fault.member } == true && document.root[fault.member] == nil
        }
        let asked = faults.filter(isOfQuery)
        guard asked.isEmpty else {
            return asked.map { Located(place: .parameter($0.member), code: $0.code, message: $0.message) }
                + located(faults.filter { !isOfQuery($0) }, in: document, query)
        }
        return document.located(faults)
    }

    package init(_ error: DocumentSyntaxError) {
        self.init(
            .malformedRequest, Message("Le corps de la requête ne se lit pas.", "The request body cannot be read."))
        faults = error.located
    }

    package init(_ error: DatabaseError) {
        if let constraint = error.constraint, let answer = ConstraintAnswer.all[constraint],
            error.sqlState?.hasPrefix("23") == true
        {
            self.init(answer.kind, answer.message)
            if let member = answer.member {
                faults = [Located(place: .pointer("/" + member), position: nil, code: answer.code, message: answer.message)]
            }
        } else if error.kind == .standby {
            self = .standbyTakesNoWrites()
        } else {
            switch (error.kind, error.sqlState?.prefix(2), error.sqlState) {
            case (.server, _, "57014"): self.init(.timeout, .timedOut)
            case (.server, "08", _), (.server, "53", _), (.server, "57", _), (.server, "40", _), (.server, "55", _),
                (.connectionLost, _, _), (.unavailable, _, _), (.queueFull, _, _), (.queueTimeout, _, _),
                (.shuttingDown, _, _), (.commitUnknown, _, _):
                self.init(.unavailable, error.kind == .commitUnknown ? .commitUnknown : .unavailable)
                fields[.retryAfter] = "1"
            case (.server, "22", _), (.invalidText, _, _):
                self.init(.validationFailed, Message("Une valeur n’est pas admise.", "A value is not accepted."))
            default:
                self.init(.internalError, .internalError)
            }
        }
        cause = error.logDescription
    }
}

extension Message {
    static func outsideMinistry(_ ministries: [MinistryCode]) -> Message {
        let names = ministries.map(\.text).joined(separator: ", ")
        return Message("Votre jeton ne permet pas d’écrire pour \(names).", "Your token may not write for \(names).")
    }

    static let timedOut = Message(
        "La base n’a pas répondu dans le délai ; rien n’a été enregistré.",
        "The database did not answer in time; nothing was stored.")
    static let unavailable = Message(
        "Le service reprend dans un instant ; rien n’a été enregistré, réessayez.",
        "The service will be back in a moment; nothing was stored, try again.")
    static let commitUnknown = Message(
        "La connexion a été perdue pendant l’enregistrement : relisez la ressource avant de réessayer, ou renvoyez la même "
            + "requête si elle porte une Idempotency-Key.",
        "The connection was lost while storing: read the resource again before retrying, or send the same request again if it "
            + "bears an Idempotency-Key.")
    static let internalError = Message(
        "Une erreur inattendue s’est produite ; elle est consignée sous l’identifiant « instance ».",
        "Something unexpected happened; it is logged under the identifier in “instance”.")
}
