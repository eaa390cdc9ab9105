import HTTPTypes

/// The reverse proxies that are believed when they say in `X-Forwarded-For` whom they were called by.
///
/// Each proxy on the way adds to the right of the field the address that called it; what stands further left came with the
/// call, and may have been invented. So the field is read from the right, and only while those who wrote are trusted: the
/// client is the first address that is no trusted proxy. From any other peer the field is not looked at, or whoever
/// calls could take as many addresses as there are.
package struct TrustedProxies: Sendable {
    /// A setting with items that are neither an address nor a range.
    package struct Unreadable: Error {
        package let items: [String]
    }

    private let ranges: [AddressRange]
    /// Elements looked at, from the right: more hops than there are in any network.
    static let farthest = 50

    /// Nobody is believed.
    package init() { ranges = [] }

    /// - Parameter list: addresses and CIDR ranges of IPv4 or IPv6, separated by commas: `10.0.0.0/8,::1`.
    /// - Throws: ``Unreadable`` with every bad item, empty ones included.
    package init(_ list: String) throws(Unreadable) {
        var ranges: [AddressRange] = []
        var faults: [String] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false).map(\.withoutBlanksAround) {
            if let range = AddressRange(item) { ranges.append(range) } else { faults.append(String(item)) }
        }
        guard faults.isEmpty else { throw Unreadable(items: faults) }
        self.ranges = ranges
    }

    /// Who sent a request.
    /// - Parameter peer: the address of the other end of the connection.
    /// - Returns: nil when it is not known. Where the field tells of trusted proxies only, or of something that is no
    ///   address, the farthest of those proxies.
    func client(of peer: String?, _ fields: HTTPFields) -> NetworkAddress? {
        let peer = NetworkAddress(peer: peer)
        guard !ranges.isEmpty, var client = peer, contains(client) else { return peer }
        var left = Self.farthest
        for line in fields[values: .xForwardedFor].reversed() {
            var rest: Substring? = line[...]
            while let list = rest {
                guard left > 0 else { return client }
                left -= 1
                let comma = list.utf8.lastIndex(of: UInt8(ascii: ","))
                let element = comma.map { list[list.utf8.index(after: $0)...] } ?? list
                rest = comma.map { list[..<$0] }
                guard let address = NetworkAddress(forwarded: element.withoutBlanksAround) else { return client }
                client = address
                guard contains(client) else { return client }
            }
        }
        return client
    }

    /// Under which path a trusted proxy says that it was called, in `X-Forwarded-Prefix`. From any other peer, and where it is no plain
    /// path, the field is not looked at.
    func prefix(of peer: String?, _ fields: HTTPFields) -> BasePath? {
        guard !ranges.isEmpty, let prefix = fields[.xForwardedPrefix], let peer = NetworkAddress(peer: peer), contains(peer)
        else { return nil }
        return BasePath(prefix)
    }

    private func contains(_ address: NetworkAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }
}
