/// Who calls, as far as an address tells: one IPv4 address, or one IPv6 network of 64 bits, all of whose addresses a
/// single machine may take.
struct Peer: Hashable, Sendable {
    private let network: UInt64
    private let isIPv4: Bool

    /// - Parameter address: those that are not known are the same peer.
    init(_ address: NetworkAddress?) {
        isIPv4 = address?.isIPv4 == true
        network = address.map { $0.isIPv4 ? $0.low : $0.high } ?? 0
    }
}
