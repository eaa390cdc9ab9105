import Testing

@testable import Cryptography

@Suite("Hashes and seals")
struct CryptographyTests {
    private static func bytes(_ digits: String) -> [UInt8] {
        stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
    }

    @Test(
        "SHA-256 gives the hashes of FIPS 180-4, at once and in pieces",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func hash(_ text: String, _ digest: String) {
        #expect(SHA256.hash(Array(text.utf8)) == Self.bytes(digest))
        var pieces = SHA256()
        for byte in text.utf8 { pieces.add([byte]) }
        let copy = pieces
        pieces.add([0])
        #expect(copy.end() == Self.bytes(digest))
        #expect(pieces.end() == SHA256.hash(Array(text.utf8) + [0]))
    }

    @Test("HMAC gives the codes of RFC 4231, with a key longer than a block too")
    func code() {
        #expect(
            MessageCode.code(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
                == Self.bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
        let long = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        #expect(
            MessageCode.code(of: long, key: Array(repeating: 0xAA, count: 131))
                == Self.bytes("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
    }

    @Test("a seal of another library, in the same form, is opened: test case 16 of the paper on GCM")
    func vector() throws {
        let key = SealKey(bytes: Self.bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        let sealed = Self.bytes(
            "cafebabefacedbaddecaf888"
                + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b")
        let message = Self.bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        )
        #expect(try key.open(sealed, with: Self.bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")) == message)
    }

    @Test("what is sealed is opened with the same key and context, and refused when anything of it has changed")
    func seal() throws {
        let secret = Array("secret".utf8)
        let key = SealKey(derivedFrom: secret, salt: [1], purpose: "test")
        for message in [[], [7], Array(repeating: UInt8(9), count: 100_000)] {
            let sealed = try key.seal(message, with: [1, 2])
            #expect(sealed.count == message.count + 28)
            #expect(try key.open(sealed, with: [1, 2]) == message)
            #expect(try key.seal(message, with: [1, 2]) != sealed, "a nonce of its own each time")
            for place in [0, 12, sealed.count / 2, sealed.count - 1] where place < sealed.count {
                var changed = sealed
                changed[place] ^= 1
                #expect(throws: SealKey.Refusal.self) { try key.open(changed, with: [1, 2]) }
            }
            #expect(throws: SealKey.Refusal.self) { try key.open(sealed, with: [1]) }
            #expect(throws: SealKey.Refusal.self) { try key.open(Array(sealed.dropLast()), with: [1, 2]) }
            for other in [
                SealKey(derivedFrom: secret + [0], salt: [1], purpose: "test"),
                SealKey(derivedFrom: secret, salt: [2], purpose: "test"),
                SealKey(derivedFrom: secret, salt: [1], purpose: "Test"),
            ] {
                #expect(throws: SealKey.Refusal.self) { try other.open(sealed, with: [1, 2]) }
            }
        }
        #expect(throws: SealKey.Refusal.self) { try key.open(Array(repeating: 0, count: 27), with: []) }
    }
}
