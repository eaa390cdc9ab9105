import Crypto

/// Keeps the token that was renewed, sealed with the secret of the one that it was renewed into: who holds the new one can open the
/// answers that were kept for the old one. The database can open neither.
enum PredecessorSeal {
    /// A predecessor that cannot be read: the database was changed by other hands.
    struct Broken: Error {}

    static func close(_ predecessor: TokenSecret, with successor: TokenSecret) throws -> [UInt8] {
        let sealed = try AES.GCM.seal(
            Array(predecessor.text.utf8), using: key(of: successor), authenticating: Array(predecessor.id.utf8))
        guard let bytes = sealed.combined else { throw Broken() }
        return Array(bytes)
    }

    /// - Parameter id: of the predecessor.
    static func open(_ sealed: [UInt8], of id: String, with successor: TokenSecret) throws -> TokenSecret {
        let box = try AES.GCM.SealedBox(combined: sealed)
        let bytes = try AES.GCM.open(box, using: key(of: successor), authenticating: Array(id.utf8))
        guard let token = TokenSecret(String(decoding: bytes, as: UTF8.self)), token.id == id else { throw Broken() }
        return token
    }

    private static func key(of successor: TokenSecret) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(successor.text.utf8)), salt: Array(successor.id.utf8),
            info: Array("jalon predecessor".utf8), outputByteCount: 32)
    }
}
