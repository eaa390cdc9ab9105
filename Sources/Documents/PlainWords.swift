/// What a text reads like. People write one name in many ways: the case, the accents, the apostrophes, the hyphens, the spaces
/// and the punctuation differ, the words do not.
package enum PlainWords {
    /// In bytes. No name is nearly as long, and folding costs far more than reading.
    private static let longest = 256

    /// The words in lower case, without accents, with one space between them: `phase d usage` for « Phase d’usage : ».
    /// - Returns: nil for what is longer than any name.
    package static func of(_ text: String) -> String? {
        guard text.utf8.count <= longest else { return nil }
        return text.folded(ignoringCase: true).replacing("œ", with: "oe").replacing("æ", with: "ae")
            .split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }
}
