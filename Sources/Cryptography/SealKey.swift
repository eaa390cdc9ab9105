import CLibcrypto

/// A key that seals bytes so that they can neither be read nor changed without it: AES-256 in GCM.
///
/// What is sealed begins with a nonce of its own, 12 random bytes, and ends with a tag of 16.
package struct SealKey: Sendable {
    /// The system has no randomness or no AES, or what was sealed has been changed.
    package struct Refusal: Error {}

    private static let (nonceLength, tagLength) = (12, 16)
    private let bytes: [UInt8]

    /// HKDF with SHA-256, RFC 5869, for a key of one block.
    package init(derivedFrom secret: [UInt8], salt: [UInt8], purpose: String) {
        let extracted = MessageCode.code(of: secret, key: salt)
        bytes = MessageCode.code(of: Array(purpose.utf8) + [1], key: extracted)
    }

    /// For test vectors.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter context: has to be given again to open it.
    package func seal(_ message: [UInt8], with context: [UInt8]) throws -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: Self.nonceLength)
        guard RAND_bytes(&nonce, Int32(nonce.count)) == 1 else { throw Refusal() }
        let cipher = try Cipher(isSealing: true, key: bytes, nonce: nonce, context: context)
        let sealed = try cipher.pass(message)
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        try cipher.readTag(&tag)
        return nonce + sealed + tag
    }

    package func open(_ sealed: [UInt8], with context: [UInt8]) throws -> [UInt8] {
        guard sealed.count >= Self.nonceLength + Self.tagLength else { throw Refusal() }
        let cipher = try Cipher(
            isSealing: false, key: bytes, nonce: Array(sealed.prefix(Self.nonceLength)), context: context,
            tag: Array(sealed.suffix(Self.tagLength)))
        return try cipher.pass(Array(sealed.dropFirst(Self.nonceLength).dropLast(Self.tagLength)))
    }
}

/// A context of libcrypto, for one message.
private final class Cipher {
    private let context: OpaquePointer
    private let isSealing: Bool

    init(isSealing: Bool, key: [UInt8], nonce: [UInt8], context associated: [UInt8], tag: [UInt8]? = nil) throws {
        guard let context = EVP_CIPHER_CTX_new() else { throw SealKey.Refusal() }
        self.context = context
        self.isSealing = isSealing
        try check(EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, isSealing ? 1 : 0))
        if var tag { try check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag)) }
        var count: Int32 = 0
        try check(EVP_CipherUpdate(context, nil, &count, associated, Int32(associated.count)))
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// - Throws: ``SealKey/Refusal`` when the tag is not that of what passed.
    func pass(_ message: [UInt8]) throws -> [UInt8] {
        guard let size = Int32(exactly: message.count) else { throw SealKey.Refusal() }
        var result = [UInt8](repeating: 0, count: message.count)
        var (count, rest): (Int32, Int32) = (0, 0)
        if size > 0 { try check(EVP_CipherUpdate(context, &result, &count, message, size)) }
        // It writes nothing more in this mode.
        var end = [UInt8](repeating: 0, count: Int(EVP_MAX_BLOCK_LENGTH))
        try check(EVP_CipherFinal_ex(context, &end, &rest))
        return result
    }

    func readTag(_ tag: inout [UInt8]) throws {
        try check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag))
    }

    private func check(_ result: Int32) throws {
        guard result == 1 else { throw SealKey.Refusal() }
    }
}
