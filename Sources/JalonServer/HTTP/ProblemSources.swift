import ActionPlans
import HTTPTypes
import Postgres

/// How what goes wrong elsewhere becomes a problem: the domain's refusals, unreadable documents, the database's errors.
extension Problem {
    /// A plan may be wrong in every line; beyond this a list of faults helps nobody.
    private static let mostFaults = 1_000

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
            self.faults = Array(located.prefix(Self.mostFaults))
        case .transitionRefused(let from, let to, let allowed):
            let names = allowed.map { "« \($0.code) »" }.joined(separator: ", ")
            let source = from?.code ?? "—"
            self.init(
                .transitionRefused,
                Message(
                    "Le passage de « \(source) » à « \(to.code) » n’existe pas. "
                        + (allowed.isEmpty ? "Aucun changement d’état n’est possible ici." : "Possible ici : \(names)."),
                    "There is no move from “\(source)” to “\(to.code)”. "
                        + (allowed.isEmpty
                            ? "No move is possible here." : "Possible here: \(allowed.map(\.code).joined(separator: ", ")).")))
            self.allowed = allowed.map(\.code)
        case .roadmapClosed(let id):
            self.init(
                .roadmapClosed,
                Message(
                    "La feuille de route \(id) est close : elle ne se modifie plus.",
                    "The roadmap \(id) is closed and can no longer be changed."))
            key = id.description
        case .outsideMinistry(let ministry):
            self.init(
                .outsideMinistry,
                Message(
                    "Votre jeton ne permet pas d’écrire pour \(ministry).", "Your token may not write for \(ministry)."))
        case .forbidden(let message):
            self.init(.forbidden, message)
        case .conflict(let key, let fault):
            self.init(.conflict, fault.message)
            self.key = key
            let place: Located.Place = fault.member.isEmpty ? .text : .pointer("/" + fault.member)
            self.faults = [Located(place: place, code: fault.code, message: fault.message)]
        }
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
        let named = document.table?.naming(faults, in: document.root) ?? faults
        let placed = named.map { (fault: $0, position: document.root.nearest(to: $0.member).position) }
        return placed.enumerated().sorted { left, right in
            let (before, after) = (left.element.position, right.element.position)
            return (before.line, before.column, left.offset) < (after.line, after.column, right.offset)
        }.map { _, one in
            Located(
                place: .pointer(one.fault.member.isEmpty ? "" : "/" + one.fault.member),
                position: document.tellsLines ? one.position : nil, code: one.fault.code, message: one.fault.message)
        }
    }

    package init(_ error: DocumentSyntaxError) {
        self.init(
            .malformedRequest, Message("Le corps de la requête ne se lit pas.", "The request body cannot be read."))
        faults = ([error] + error.others).prefix(Self.mostFaults).map { error in
            let (code, message) = Self.told(error.code)
            return Located(
                place: error.pointer.map { .pointer($0) } ?? .text, position: error.position, code: code,
                message: error.place?.naming(message) ?? message)
        }
    }

    private static func told(_ fault: DocumentSyntaxError.SyntaxFault) -> (Fault.Code, Message) {
        switch fault {
        case .unexpected(""):
            (.syntax, Message("Le texte s’arrête trop tôt.", "The text ends too early."))
        case .unexpected(let what):
            (.syntax, Message("Syntaxe : « \(what) » inattendu.", "Syntax: unexpected “\(what)”."))
        case .notYAML:
            (.syntax, Message("Ce n’est pas du YAML valide ici.", "This is not valid YAML here."))
        case .yaml(let fault):
            (.syntax, fault.message)
        case .secondDocument:
            (
                .syntax,
                Message(
                    "Un second document YAML commence ici : envoyez-en un seul.",
                    "A second YAML document begins here: send one only.")
            )
        case .unknownYAMLVersion:
            (
                .syntax,
                Message(
                    "Cette version de YAML n’est pas connue : 1.1 ou 1.2.", "This version of YAML is not known: 1.1 or 1.2.")
            )
        case .tooDeep:
            (.syntax, Message("Plus de 32 niveaux d’imbrication.", "More than 32 levels of nesting."))
        case .duplicateKey(let name):
            (
                .duplicateKey,
                Message("Le membre « \(name.clipped) » figure deux fois.", "The member “\(name.clipped)” appears twice.")
            )
        case .invalidText:
            (.forbiddenCharacter, Message("Le texte n’est pas de l’UTF-8 valide.", "The text is not valid UTF-8."))
        case .byteOrderMark:
            (
                .syntax,
                Message(
                    "Le texte commence par une marque d’ordre des octets (BOM) : enregistrez-le sans elle.",
                    "The text begins with a byte order mark (BOM): save it without.")
            )
        case .nul:
            (.forbiddenCharacter, Message("Le caractère NUL n’est pas admis.", "The character NUL is not allowed."))
        case .aliases:
            (
                .syntax,
                Message(
                    "Les alias YAML (« *… ») ne sont pas admis ; si c’est un texte, mettez-le entre guillemets.",
                    "YAML aliases (“*…”) are not allowed; if it is a text, put it between quotation marks.")
            )
        case .tags:
            (
                .syntax,
                Message(
                    "Les étiquettes YAML (« !… ») ne sont pas admises ; si c’est un texte, mettez-le entre guillemets.",
                    "YAML tags (“!…”) are not allowed; if it is a text, put it between quotation marks.")
            )
        case .tooManyValues:
            (.tooMany, Message("Le document compte trop de valeurs.", "The document holds too many values."))
        case .tableNotInUTF8:
            (
                .forbiddenCharacter,
                Message(
                    "Le tableau n’est pas en UTF-8 : dans le tableur, enregistrez-le comme « CSV UTF-8 ».",
                    "The table is not in UTF-8: in the spreadsheet, save it as “CSV UTF-8”.")
            )
        case .misspeltColumn(let title, let meant):
            (
                .unknownMember,
                Message(
                    "La colonne « \(title.clipped) » est inconnue. Vouliez-vous « \(meant) » ?",
                    "The column “\(title.clipped)” is unknown. Did you mean “\(meant)”?")
            )
        case .sameColumn(let first, let second, let member):
            (
                .duplicateKey,
                Message(
                    """
                    Les colonnes « \(first.clipped) » et « \(second.clipped) » disent la même chose (\(member)) : n’en gardez \
                    qu’une, ou changez le titre de l’autre.
                    """,
                    """
                    The columns “\(first.clipped)” and “\(second.clipped)” say the same thing (\(member)): keep one of them, or \
                    change the title of the other.
                    """)
            )
        case .missingColumn(let title):
            (
                .required,
                Message(
                    """
                    La première ligne donne les titres des colonnes ; il y faut une colonne « \(title) » ou « N° », qui distingue chaque action : \
                    1, 2, 3… suffit.
                    """,
                    """
                    The first line gives the titles of the columns; it needs a column “\(title)” or “N°”, which tells the actions apart: \
                    1, 2, 3… will do.
                    """)
            )
        case .titlesBelow(let row):
            (
                .required,
                Message(
                    "Les titres des colonnes semblent être à la ligne \(row) : supprimez les lignes au-dessus.",
                    "The titles of the columns seem to be in row \(row): delete the rows above.")
            )
        case .tooManyColumns(let most):
            (
                .tooMany,
                Message(
                    "Le tableau a plus de \(most) colonnes qui ont un titre.",
                    "The table has more than \(most) columns with a title.")
            )
        case .surplusCell(let text):
            (
                .syntax,
                Message(
                    """
                    « \(text.clipped) » est au-delà de la dernière colonne. Un texte qui contient le séparateur du tableau se met entre \
                    guillemets (").
                    """,
                    """
                    “\(text.clipped)” stands beyond the last column. A text that contains the separator of the table goes between \
                    quotation marks (").
                    """)
            )
        case .formula(let text):
            (
                .forbiddenCharacter,
                Message(
                    "« \(text.clipped) » : un tableur exécuterait cette cellule ; si c’est un texte, faites-le précéder d’une apostrophe (').",
                    "“\(text.clipped)”: a spreadsheet would run this cell; if it is a text, put an apostrophe (') before it.")
            )
        }
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
