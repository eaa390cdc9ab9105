import ActionPlans

/// Why a text could not be read at all.
package struct DocumentSyntaxError: Error, Sendable {
    package let code: SyntaxFault
    package let position: DocumentPosition?
    package let pointer: String?
    /// In a table, the cell as its author sees it.
    private let cell: Message?
    /// What else is wrong, where reading could go on.
    private(set) var others: [DocumentSyntaxError] = []

    package init(code: SyntaxFault, position: DocumentPosition?, pointer: String?, cell: Message? = nil) {
        self.cell = cell
        self.code = code
        self.position = position
        self.pointer = pointer
    }

    /// - Returns: nil for none.
    package init?(all errors: [DocumentSyntaxError]) {
        guard let first = errors.first else { return nil }
        self = first
        others = Array(errors.dropFirst())
    }

    /// As its author reads it.
    var told: (code: Fault.Code, message: Message) {
        let (fault, message) = code.told
        return (fault, cell.map { message.told(of: $0) } ?? message)
    }

    package enum SyntaxFault: Sendable, Hashable {
        case unexpected(String)
        case notYAML
        /// Something that means another thing in YAML than its author thinks.
        case yaml(YAMLFault)
        case secondDocument
        case unknownYAMLVersion
        case tooDeep
        case duplicateKey(String)
        case invalidText
        case byteOrderMark
        case nul
        case aliases
        case tags
        case tooManyValues
        case table(TableFault)
    }
}

extension Message {
    /// The same, after the words for what it is about.
    package func told(of place: Message) -> Message {
        Message("\(place.french) : \(french)", "\(place.english): \(english)")
    }
}

extension DocumentSyntaxError.SyntaxFault {
    fileprivate var told: (code: Fault.Code, message: Message) {
        switch self {
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
        case .table(let fault):
            fault.told
        }
    }
}
