import ActionPlans
import FoundationEssentials
import JalonServer

/// The proxy that the environment names for an address: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in either case.
struct Proxy: Equatable {
    let host: String
    let port: Int
    let user: String?
    let password: String
    /// The variable that named it.
    let variable: String

    /// Without its password.
    var address: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// As messages show it.
    var shown: String { "\(address) (\(variable))" }

    /// - Returns: nil where the address is to be reached directly.
    /// - Throws: ``Failure`` of status 78 when the variable names no proxy that the command can use.
    static func named(for target: HTTPTarget, in environment: [String: String]) throws(Failure) -> Proxy? {
        let scheme = target.isSecure ? "https_proxy" : "http_proxy"
        // A CGI program gets the field `Proxy:` of a stranger's request as HTTP_PROXY.
        let isCGI = environment["REQUEST_METHOD"] != nil
        let names = [scheme, scheme == "http_proxy" && isCGI ? "" : scheme.uppercased(), "all_proxy", "ALL_PROXY"]
        guard let name = names.first(where: { environment[$0]?.isEmpty == false }), let text = environment[name] else {
            return nil
        }
        let exceptions = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        return isException(target, exceptions) ? nil : try Proxy(text, from: name)
    }

    private init(_ text: String, from name: String) throws(Failure) {
        let address = text.contains("://") ? text : "http://\(text)"
        guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty,
            (1...65_535).contains(parts.port ?? 80),
            // Behind a slash it ends a password whose beginning would be taken for a port.
            ![parts.path, parts.query ?? "", parts.fragment ?? ""].contains(where: { $0.contains("@") })
        else {
            throw Failure(
                .configuration,
                Message(
                    "\(name) ne nomme pas un mandataire : il faut http://hôte:port.",
                    "\(name) does not name a proxy: expected http://host:port."))
        }
        guard parts.scheme?.lowercased() == "http" else {
            throw Failure(
                .configuration,
                Message(
                    "\(name) nomme un mandataire « \(parts.scheme ?? "") » : seuls ceux en http://hôte:port sont admis.",
                    "\(name) names a proxy “\(parts.scheme ?? "")”: only those of http://host:port are accepted."))
        }
        self.host = host.trimmed { $0 == "[" || $0 == "]" }
        port = parts.port ?? 80
        user = parts.user
        password = parts.password ?? ""
        variable = name
    }

    /// `no_proxy` lists hosts, which stand for their subdomains too, addresses and CIDR ranges, each with a port if it is to
    /// hold for that one alone; `*` is every host.
    private static func isException(_ target: HTTPTarget, _ list: String) -> Bool {
        let host = target.host.lowercased()
        return list.lowercased().split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains { item in
            if item == "*" || AddressRange(item)?.contains(host) == true { return true }
            var name = item
            // IPv6 has colons of its own, and a port only behind brackets.
            if let colon = item.lastIndex(of: ":"), item.firstIndex(of: ":") == colon || item[..<colon].hasSuffix("]") {
                guard Int(item[item.index(after: colon)...]) == target.port else { return false }
                name = item[..<colon]
            }
            name = name.hasPrefix("*.") ? name.dropFirst(2) : name.hasPrefix(".") ? name.dropFirst() : name
            let bare = name.trimmed { $0 == "[" || $0 == "]" }
            return !bare.isEmpty && (host == bare || host.hasSuffix(".\(bare)"))
        }
    }
}
