import ActionPlans
import FoundationEssentials
import OutgoingHTTP

/// Why no answer came, in the user's words.
struct ExchangeFailure {
    let exchange: HTTPExchange
    let target: HTTPTarget
    let proxy: Proxy?
    let address: String
    /// What to do where the request may have been carried out; nil where it changes nothing.
    let doubt: Message?

    func failure(_ fault: ExchangeFault) async -> Failure {
        switch fault.reason {
        case .noTunnel(let status): return refusedByProxy(status)
        case .certificate(let isOtherName):
            // The server is asked once more what it shows; nothing is sent to it.
            let chain = (try? await exchange.certificates(at: target.address)) ?? []
            let message = CertificateFault.message(chain, of: target, isOtherName: isOtherName)
            return Failure(.unavailable, message, details: proxyNote)
        case .authorities:
            return Failure(
                .configuration,
                Message("Les certificats de confiance ne se lisent pas.", "The trusted certificates cannot be read."),
                details: [fault.description])
        default: break
        }
        let text =
            if let proxy, Self.isConnecting(fault.reason) {
                Message("Le mandataire \(proxy.shown) ne répond pas.", "The proxy \(proxy.shown) does not answer.")
            } else if fault.reason == .cutMidway {
                Message(
                    "La réponse du serveur \(address) a été coupée avant sa fin.",
                    "The answer of the server \(address) was cut before its end.")
            } else {
                Message(
                    "Le serveur \(address) ne répond pas (--url, JALON_URL).",
                    "The server \(address) does not answer (--url, JALON_URL).")
            }
        var details = [reason(fault)?.shown].compactMap(\.self)
        // What does not speak HTTP has carried nothing out.
        if fault.hasLeft, fault.reason != .notHTTP, let doubt {
            details.append(doubt.shown)
        } else if fault.reason == .cutMidway {
            details.append(Self.again.shown)
        }
        if !target.isSecure, fault.reason == .cut {
            details.append(
                Message(
                    "Si ce port parle TLS, l’adresse est en https://.", "If this port speaks TLS, the address is one of https://."
                )
                .shown)
        }
        return Failure(.unavailable, text, details: details + proxyNote)
    }

    /// Many do not know that their machine has a proxy.
    private var proxyNote: [String] {
        guard let proxy else { return [] }
        let host = target.host
        return [
            Message(
                "Par le mandataire \(proxy.shown) ; pour s’en passer : no_proxy=\(host)",
                "Through the proxy \(proxy.shown); to do without: no_proxy=\(host)"
            ).shown
        ]
    }

    private func refusedByProxy(_ status: Int) -> Failure {
        let shown = proxy?.shown ?? "?"
        guard status != 407 else { return Self.proxyWantsPassword(shown, proxy) }
        return Failure(
            .unavailable,
            Message(
                "Le mandataire \(shown) refuse d’ouvrir une voie vers \(target.hostAndPort) (\(status)).",
                "The proxy \(shown) refuses to open a way to \(target.hostAndPort) (\(status))."),
            details: [
                Message(
                    "Qui tient ce mandataire peut l’autoriser ; pour s’en passer : no_proxy=\(target.host)",
                    "Whoever keeps this proxy can allow it; to do without: no_proxy=\(target.host)"
                ).shown
            ])
    }

    /// For the answer 407, whether it comes to `CONNECT` or to the request itself.
    static func proxyWantsPassword(_ shown: String, _ proxy: Proxy?) -> Failure {
        let variable = proxy?.variable ?? "http_proxy"
        return Failure(
            .unavailable,
            proxy?.user == nil
                ? Message("Le mandataire \(shown) demande un mot de passe.", "The proxy \(shown) asks for a password.")
                : Message(
                    "Le mandataire \(shown) refuse ce nom ou ce mot de passe.",
                    "The proxy \(shown) refuses this name or password."),
            details: [
                Message(
                    "Donnez-les dans \(variable) : http://nom:motdepasse@hôte:port, caractères spéciaux en %XX.",
                    "Give them in \(variable): http://name:password@host:port, special characters as %XX."
                ).shown
            ])
    }

    private static func isConnecting(_ reason: ExchangeFault.Reason) -> Bool {
        switch reason {
        case .unreachable, .unknownHost, .late(isConnecting: true): true
        default: false
        }
    }

    private static let again = Message(
        "Relancez la commande. Si cela se répète, la cause est au journal du serveur ou de ce qui est devant lui.",
        "Run the command again. If that repeats, the cause is in the log of the server or of what is in front of it.")

    /// - Returns: nil where the message has said it.
    private func reason(_ fault: ExchangeFault) -> Message? {
        switch fault.reason {
        case .cutMidway: nil
        case .unreachable(let code) where code != 0: SystemFault(code: code).message
        case .unknownHost:
            Message(
                "aucune machine ne porte le nom \(proxy?.host ?? target.host)",
                "no machine has the name \(proxy?.host ?? target.host)")
        case .late: Message("délai dépassé", "timed out")
        case .cut:
            Message("la connexion a été coupée avant la fin de la réponse", "the connection was cut before the end of the answer")
        case .tooLarge: Message("la réponse est trop longue", "the answer is too long")
        case .notHTTP:
            Message(
                "la réponse n’est pas de HTTP : l’adresse est-elle en https:// ?",
                "the answer is not HTTP: is the address one of https://?")
        case .handshake: Self.handshake(fault.description)
        default: Message(fault.description, fault.description)
        }
    }

    /// Of a negotiation that failed before any certificate was judged.
    private static func handshake(_ words: String) -> Message {
        let known = words.lowercased()
        if known.contains("wrong version number") || known.contains("http request") {
            return Message(
                "il ne parle pas TLS sur ce port : l’adresse est-elle en http:// ?",
                "it does not speak TLS on this port: is the address one of http://?")
        }
        if known.contains("protocol version") || known.contains("unsupported protocol") {
            return Message("il ne parle pas TLS 1.2 ou plus récent", "it does not speak TLS 1.2 or later")
        }
        return Message("la négociation TLS a échoué : \(words)", "the TLS handshake failed: \(words)")
    }
}
