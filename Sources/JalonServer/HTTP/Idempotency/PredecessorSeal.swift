import Cryptography

/// Keeps the token that was renewed, sealed with the secret of the one that it was renewed into: who holds the new one can open the
/// answers that were kept for the old one. The database can open neither.
enum PredecessorSeal {
    /// A predecessor that cannot be read: the database was changed by other hands.
    struct Broken: Error {}

    static func close(_ predecessor: TokenSecret, with successor: TokenSecret) throws -> [UInt8] {
        try key(of: successor).seal(Array(predecessor.text.utf8), with: Array(predecessor.id.utf8))
    }

    /// - Parameter id: of the predecessor.
    static func open(_ sealed: [UInt8], of id: String, with successor: TokenSecret) throws -> TokenSecret {
        let bytes = try key(of: successor).open(sealed, with: Array(id.utf8))
        guard let token = TokenSecret(String(decoding: bytes, as: UTF8.self)), token.id == id else { throw Broken() }
        return token
    }

    private static func key(of successor: TokenSecret) -> SealKey {
        SealKey(
            derivedFrom: Array(successor.text.utf8), salt: Array(successor.id.utf8), purpose: "jalon predecessor")
    }
}
