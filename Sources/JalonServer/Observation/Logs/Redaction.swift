/// What neither the log nor a message must tell, wherever it may come from.
package enum Redaction {
    private static let prefix = "jalon_"

    /// The text with what follows the id of each token in it left out.
    package static func withoutSecrets(_ text: String) -> String {
        guard mayHoldToken(text), let first = text.firstRange(of: prefix) else { return text }
        var result = text[..<first.upperBound]
        var rest = text[first.upperBound...]
        while true {
            let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            let isToken = word.count > TokenSecret.idLength + 1
            result += isToken ? word.prefix(TokenSecret.idLength) + "_…" : word
            rest = rest[word.endIndex...]
            guard let next = rest.firstRange(of: prefix) else { return String(result + rest) }
            result += rest[..<next.upperBound]
            rest = rest[next.upperBound...]
        }
    }

    /// By bytes, which is many times faster than by characters: nearly no text of the log holds a token.
    private static func mayHoldToken(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = bytes[...]
            while let mark = rest.firstIndex(of: UInt8(ascii: "_")) {
                if bytes[...mark].suffix(prefix.utf8.count).elementsEqual(prefix.utf8) { return true }
                rest = bytes[(mark + 1)...]
            }
            return false
        }
    }

    /// The text without the password of each address in it either: `scheme://user:password@host`, `user:password@host` as people
    /// type it, the secret members of a query, and `password=…` of a connection string.
    package static func withoutPasswords(_ text: String) -> String {
        withoutSecrets(text)
            .replacing(/:\/\/([^\s\/:@]*):[^\s\/]*@/) { "://\($0.1):…@" }
            .replacing(/([A-Za-z0-9._~%+-]+):(?!\/\/)[^\s@]+@(?=[A-Za-z0-9\[])/) {
                $0.1.lowercased() == "mailto" ? $0.0 : "\($0.1):…@"
            }
            .replacing(/(?i)([?&][\w.-]*(?:token|secret|pass|pwd|key|auth|sig)[\w.-]*=)[^\s&#'"»”]+/) { "\($0.1)…" }
            .replacing(/(?i)\b(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s'&]+)/) { "\($0.1)…" }
    }

    /// An address as messages repeat it, well formed or not: what stands before its last `@` may be a password, and so may
    /// its query.
    package static func address(_ text: String) -> String {
        guard !text.lowercased().hasPrefix("mailto:") else { return withoutSecrets(text) }
        let scheme = text.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:\/\//).map { String($0.0) } ?? ""
        var rest = text.dropFirst(scheme.count)
        let query = rest.firstIndex { $0 == "?" || $0 == "#" }
        var mask = ""
        // An escaped one is an attempt at the same.
        if let at = rest.lastIndex(of: "@").map({ rest.index(after: $0) }) ?? rest.ranges(of: "%40").last?.upperBound {
            // A mark of a query before it may be part of a password.
            if let query, query < at { return withoutSecrets(scheme) + "…" }
            (rest, mask) = (rest[at...], "…@")
        }
        let shown = query.map { "\(rest[..<$0])\(rest[$0])…" } ?? String(rest)
        return withoutSecrets(scheme + mask + shown)
    }

    /// In characters.
    private static let longestPath = 200
    /// Escapes of escapes: no client sends more by mistake.
    private static let mostEscapes = 3

    /// The path of a request target for the log: without its query, unescaped so that no token hides in escapes, and
    /// cut at the first escape that cannot be undone.
    static func path(of target: String) -> String {
        let end = target.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? target.endIndex
        var path = String(target[..<end])
        for _ in 0..<mostEscapes where path.utf8.contains(UInt8(ascii: "%")) {
            guard let decoded = PercentEncoding.decoded(path, plusIsSpace: false) else { break }
            path = decoded
        }
        let shown = withoutSecrets(path.utf8.contains(UInt8(ascii: "%")) ? path.prefix { $0 != "%" } + "%…" : path)
        guard shown.utf8.count > longestPath, shown.unicodeScalars.count > longestPath else { return shown }
        return String(String.UnicodeScalarView(shown.unicodeScalars.prefix(longestPath))) + "…"
    }
}
