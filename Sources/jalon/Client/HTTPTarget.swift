import Foundation

/// Where a request goes.
struct HTTPTarget: Equatable {
    let isSecure: Bool
    let host: String
    let port: Int

    /// - Returns: nil for an address without a host.
    init?(_ address: URL) {
        guard let host = address.host(percentEncoded: false), !host.isEmpty else { return nil }
        isSecure = address.scheme?.lowercased() == "https"
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        port = address.port ?? (isSecure ? 443 : 80)
    }

    /// With brackets around IPv6.
    private var bracketed: String { host.contains(":") ? "[\(host)]" : host }

    var hostAndPort: String { "\(bracketed):\(port)" }

    /// The value of `Host`.
    var authority: String { port == (isSecure ? 443 : 80) ? bracketed : hostAndPort }

    var isNumeric: Bool { host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." } }
}
