#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address. IPv4 is kept as IPv6 maps it (`::ffff:192.0.2.1`), so that both ways of writing it are the same.
struct NetworkAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// Where the 32 bits of IPv4 begin among the 128.
    static let mappedPrefix = 96
    /// In characters: IPv6 with the last 32 bits written as IPv4.
    private static let longest = 45

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Returns: nil for what is no address alone.
    init?(_ text: Substring) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.mayStand) else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            var bytes = in6_addr()
            guard inet_pton(AF_INET6, String(text), &bytes) == 1 else { return nil }
            (high, low) = withUnsafeBytes(of: &bytes) {
                (
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, String(text), &address) == 1 else { return nil }
            (high, low) = (0, 0xFFFF << 32 | UInt64(UInt32(bigEndian: address.s_addr)))
        }
    }

    /// The address of the other end of a connection; the zone of a link-local one (`fe80::1%eth0`) is left out.
    init?(peer text: String?) {
        guard let text else { return nil }
        self.init(text.prefix { $0 != "%" })
    }

    /// As proxies write whom they were called by: with brackets around IPv6, or not, and with the port, or not.
    init?(forwarded text: Substring) {
        let isBracketed = text.utf8.first == UInt8(ascii: "[")
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        if isBracketed {
            guard let end = text.utf8.firstIndex(of: UInt8(ascii: "]")), let colon, colon < end else { return nil }
            let rest = text[text.utf8.index(after: end)...]
            guard rest.isEmpty || Self.isPort(rest) else { return nil }
            self.init(text[text.utf8.index(after: text.startIndex)..<end])
        } else if let colon, colon == text.utf8.lastIndex(of: UInt8(ascii: ":")) {
            guard Self.isPort(text[colon...]) else { return nil }
            self.init(text[..<colon])
        } else {
            self.init(text)
        }
    }

    /// The address with all but its first bits cleared.
    func prefix(_ length: Int) -> NetworkAddress {
        NetworkAddress(high: high & Self.mask(length), low: low & Self.mask(length - 64))
    }

    private static func mask(_ length: Int) -> UInt64 {
        UInt64.max << (64 - min(max(length, 0), 64))
    }

    /// `inet_pton` reads as far as a byte zero; with these there is none.
    private static func mayStand(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isPort(_ text: Substring) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: ":") && (1...5).contains(digits.count)
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && Int(Substring(digits)).map { $0 <= 65_535 } == true
    }
}
