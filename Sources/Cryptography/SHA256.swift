import CLibcrypto

/// SHA-256 by the system's libcrypto, which uses what the processor has for it.
package struct SHA256: Sendable {
    /// In bytes.
    package static let length = 32
    /// What it takes in at a time, in bytes.
    static let blockLength = 64

    private var context = SHA256_CTX()

    package init() { sha256_begin(&context) }

    package static func hash(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hash($0) } }

    package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.add(bytes)
        return hash.end()
    }

    package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) { sha256_add(&context, bytes.baseAddress, bytes.count) }

    /// The hash of all that was added.
    package consuming func end() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.length) { digest, count in
            sha256_end(&context, digest.baseAddress)
            count = Self.length
        }
    }
}

/// HMAC with SHA-256, RFC 2104.
enum MessageCode {
    static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > SHA256.blockLength ? SHA256.hash(key) : key
        block += Array(repeating: 0, count: SHA256.blockLength - block.count)
        let inner = SHA256.hash(block.map { $0 ^ 0x36 } + message)
        return SHA256.hash(block.map { $0 ^ 0x5C } + inner)
    }
}
