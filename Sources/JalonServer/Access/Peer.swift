#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Who calls, as far as an address tells: one IPv4 address, or one IPv6 network of 64 bits, all of whose addresses a
/// single machine may take.
struct Peer: Hashable, Sendable {
    private let network: UInt64
    private let isIPv4: Bool

    /// - Parameter address: what is no address is the same unknown peer.
    init(_ address: String?) {
        let text = address.map { $0.prefix { $0 != "%" } } ?? ""
        var bytes = in6_addr()
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard inet_pton(AF_INET6, String(text), &bytes) == 1 else {
                self.init(network: 0, isIPv4: false)
                return
            }
            let octets = withUnsafeBytes(of: &bytes) { Array($0) }
            let isMapped = octets.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            self.init(network: Self.number(isMapped ? octets.suffix(4) : octets.prefix(8)), isIPv4: isMapped)
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, String(text), &address) == 1 else {
                self.init(network: 0, isIPv4: false)
                return
            }
            self.init(network: withUnsafeBytes(of: &address) { Self.number($0) }, isIPv4: true)
        }
    }

    private init(network: UInt64, isIPv4: Bool) {
        self.network = network
        self.isIPv4 = isIPv4
    }

    private static func number(_ octets: some Sequence<UInt8>) -> UInt64 {
        octets.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
