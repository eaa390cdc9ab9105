import ActionPlans

/// What spreadsheets show, and save, in place of a value that they could not compute or show.
package enum SpreadsheetError {
    /// In bytes. No such word is longer, but for a row of number signs.
    private static let longest = 40

    private static let words: Set<String> = [
        "#BLOCKED!", "#BLOQUE!", "#BUSY!", "#CALC!", "#CHAMP!", "#CONNECT!", "#CONNEXION!", "#DIV/0!", "#EPARS!", "#ERREUR!",
        "#ERROR!",
        "#FIELD!", "#GETTING_DATA", "#INCONNU!", "#N/A", "#NAME?", "#NOM?", "#NOMBRE!", "#NUL!", "#NULL!", "#NUM!", "#OCCUPE!",
        "#OBTENTION_DONNEES", "#PROPAGATION!", "#REF!", "#SPILL!", "#UNKNOWN!", "#VALEUR!", "#VALUE!",
    ]

    /// Whether a cell holds such a word and nothing else. Costs nothing for a text that does not begin as one.
    /// - Parameter text: UTF-8.
    package static func isWhole(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first(where: { !isBlank($0) }),
            first == numberSign || first == UInt8(ascii: "E") || first == UInt8(ascii: "e")
        else { return false }
        if isNarrow(text) { return true }
        guard text.count <= longest else { return false }
        let word = String(decoding: text, as: UTF8.self).folded(ignoringCase: false).uppercased()
            .filter { !" \u{A0}\u{202F}".contains($0) }
        return words.contains(word) || isNumbered(word)
    }

    /// `########`: a column too narrow for its number or date.
    static func isNarrow(_ text: some Collection<UInt8>) -> Bool {
        let signs = text.drop(while: isBlank).prefix { $0 == numberSign }
        return signs.count >= 3 && text[signs.endIndex...].allSatisfy(isBlank)
    }

    /// `Err:502`, as LibreOffice writes its own.
    private static func isNumbered(_ word: String) -> Bool {
        guard word.hasPrefix("ERR:") else { return false }
        let digits = word.utf8.dropFirst(4)
        return digits.count == 3 && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static let numberSign = UInt8(ascii: "#")

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

extension Message {
    package static func notComputed(_ text: String) -> Message {
        SpreadsheetError.isNarrow(text.utf8)
            ? Message(
                "Le tableur n’a pas pu montrer cette valeur : élargissez la colonne et enregistrez de nouveau.",
                "The spreadsheet could not show this value: widen the column and save again.")
            : Message(
                """
                « \(text.clipped) » : le tableur n’a pas pu calculer cette cellule. Corrigez-la dans le tableur ; si c’est bien le \
                texte voulu, faites-le précéder d’une apostrophe (').
                """,
                """
                “\(text.clipped)”: the spreadsheet could not compute this cell. Correct it in the spreadsheet; if it is the text that \
                is meant, put an apostrophe (') before it.
                """)
    }
}
