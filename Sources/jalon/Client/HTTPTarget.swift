import ActionPlans
import FoundationEssentials

/// Where a request goes.
struct HTTPTarget: Equatable {
    let isSecure: Bool
    let host: String
    let port: Int

    /// - Returns: nil for an address without a host.
    init?(_ address: URL) {
        guard let host = address.host(percentEncoded: false), !host.isEmpty else { return nil }
        isSecure = address.scheme?.lowercased() == "https"
        self.host = host.trimmed { $0 == "[" || $0 == "]" }
        port = address.port ?? (isSecure ? 443 : 80)
    }

    /// With brackets around IPv6.
    private var bracketed: String { host.contains(":") ? "[\(host)]" : host }

    var hostAndPort: String { "\(bracketed):\(port)" }

    /// From which a path begins.
    var address: String {
        isSecure ? "https://\(port == 443 ? bracketed : hostAndPort)" : "http://\(port == 80 ? bracketed : hostAndPort)"
    }
}
