import Cryptography

/// A bearer token: `jalon_{id}_{secret}{checksum}`. The id finds it, the secret (160 random bits) proves it, the checksum
/// lets a scanner recognise a leaked one offline. Only its SHA-256 is stored.
package struct TokenSecret: Sendable, Equatable {
    package let id: String
    /// The whole token, as the client sends it.
    package let text: String

    package static let idLength = 10
    static let secretLength = 32
    static let checksumLength = 6
    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuv")

    package static func generate() -> TokenSecret {
        var generator = SystemRandomNumberGenerator()
        let id = identifier(&generator)
        let body = "jalon_\(id)_\(random(secretLength, &generator))"
        return TokenSecret(id: id, text: body + checksum(of: body))
    }

    /// A new id, of a token or of a principal.
    static func identifier(_ generator: inout SystemRandomNumberGenerator) -> String { random(idLength, &generator) }

    /// - Returns: nil unless the text has the form of a token and its checksum fits.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "jalon", parts[1].utf8.count == Self.idLength,
            parts[2].utf8.count == Self.secretLength + Self.checksumLength,
            (String(parts[1]) + String(parts[2])).utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x76).contains($0) })
        else { return nil }
        guard text.hasSuffix(Self.checksum(of: String(text.dropLast(Self.checksumLength)))) else { return nil }
        self.init(id: String(parts[1]), text: String(text))
    }

    private init(id: String, text: String) {
        self.id = id
        self.text = text
    }

    /// The id that a text names: the text itself, or that of a token of which the text is a part at least.
    package static func id(named text: String) -> String? {
        let id = text.hasPrefix("jalon_") ? text.dropFirst(6).prefix { $0 != "_" } : text[...]
        return id.utf8.count == idLength && id.allSatisfy { alphabet.contains($0) } ? String(id) : nil
    }

    package var sha256: [UInt8] { SHA256.hash(Array(text.utf8)) }

    private static func random(_ length: Int, _ generator: inout SystemRandomNumberGenerator) -> String {
        String((0..<length).map { _ in alphabet[Int(generator.next() & 31)] })
    }

    private static func checksum(of text: String) -> String {
        String(SHA256.hash(Array(text.utf8)).prefix(checksumLength).map { alphabet[Int($0 & 31)] })
    }
}
