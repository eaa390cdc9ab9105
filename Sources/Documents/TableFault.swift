import ActionPlans

/// What makes a text no table of the kind that is wanted.
package enum TableFault: Sendable, Hashable {
    /// A title of a column that says nothing, but is nearly a known one.
    case misspeltColumn(String, meant: String)
    /// Two titles for one member.
    case sameColumn(String, String, member: String)
    /// Told by whoever knows the columns of the table.
    case missingColumn(Message)
    /// The first line holds no titles, but a later row does.
    case titlesBelow(row: Int)
    case tooManyColumns(most: Int)
    /// A cell beyond the last title of a table.
    case surplusCell(String)
    case formula(String)
    case notInUTF8

    var told: (code: Fault.Code, message: Message) {
        switch self {
        case .notInUTF8:
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
        case .missingColumn(let message):
            (.required, message)
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
}
