// The standard library normalises for its own comparisons, by tables that are in every program already. Foundation would bring thirty
// megabytes of ICU for the same result, to which a test holds this.
@_spi(_Unicode) import Swift

extension String {
    /// Normalised (NFC): two spellings of one accented letter are one text.
    package var composed: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        var scalars = UnicodeScalarView()
        scalars.append(contentsOf: _nfc)
        return String(scalars)
    }

    /// Without the marks of Latin, Greek and Cyrillic letters: `é` is `e`, while what is a letter of its own elsewhere stays, as Foundation has it.
    /// - Parameter ignoringCase: folds the case too, `ß` to `ss`.
    package func folded(ignoringCase: Bool) -> String {
        var folded = UnicodeScalarView()
        var dropsMarks = false
        for scalar in unicodeScalars {
            if dropsMarks, scalar.properties.isGraphemeExtend { continue }
            let parts = scalar.isASCII ? [scalar] : Array(String(scalar)._nfd)
            dropsMarks = parts[0].value < Self.endOfMarkedScripts
            // A mark with nothing before it is a text of its own.
            let kept = dropsMarks ? [parts[0]] + parts.dropFirst().filter { !$0.properties.isGraphemeExtend } : [scalar]
            for part in kept {
                folded.append(contentsOf: ignoringCase ? part.caseFolded : [part])
            }
        }
        return String(folded)
    }

    /// Latin, Greek and Cyrillic stand before it.
    private static let endOfMarkedScripts: UInt32 = 0x510
}

extension Unicode.Scalar {
    /// By way of the capitals, which are the same for all small forms, such as the two sigmas.
    fileprivate var caseFolded: [Unicode.Scalar] {
        // The small letter without a dot has the capital of another letter, as Turkish alone writes it.
        if self == "ı" { return [self] }
        let small = properties.lowercaseMapping.unicodeScalars
        let capitals = small.flatMap(\.properties.uppercaseMapping.unicodeScalars)
        return capitals.flatMap(\.properties.lowercaseMapping.unicodeScalars)
    }
}
