/// All the addresses that begin with the same bits.
package struct AddressRange: Sendable {
    private let first: NetworkAddress
    private let length: Int

    /// - Returns: nil for what is no range, also for one that is not written by its first address: which of the two is
    ///   meant by `10.1.2.3/8` is not ours to guess.
    package init?(_ text: Substring) {
        let slash = text.utf8.firstIndex(of: UInt8(ascii: "/"))
        let address = text[..<(slash ?? text.endIndex)]
        guard let first = NetworkAddress(address) else { return nil }
        let bits = address.utf8.contains(UInt8(ascii: ":")) ? 0..<128 : NetworkAddress.mappedPrefix..<128
        guard let length = slash.map({ Self.length(text[text.utf8.index(after: $0)...]) }) ?? bits.count,
            length <= bits.count, first == first.prefix(bits.lowerBound + length)
        else { return nil }
        self.first = first
        self.length = bits.lowerBound + length
    }

    /// Whether the text is an address of the range.
    package func contains(_ text: String) -> Bool {
        NetworkAddress(text[...]).map(contains) ?? false
    }

    /// `::/0` is all of IPv6, and nothing of IPv4.
    func contains(_ address: NetworkAddress) -> Bool {
        address.isIPv4 == first.isIPv4 && address.prefix(length) == first
    }

    private static func length(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
