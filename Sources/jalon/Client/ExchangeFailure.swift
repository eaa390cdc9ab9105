import ActionPlans
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why no answer came, in the user's words.
struct ExchangeFailure {
    let exchange: HTTPExchange
    let address: String
    /// What to do where the request may have been carried out; nil where it changes nothing.
    let doubt: Message?

    func failure(_ thrown: any Error, security: NIOSSLContext?) async -> Failure {
        let lost = thrown as? HTTPExchange.Lost
        let error = lost?.cause ?? thrown
        if let fault = error as? HTTPExchange.Fault, case .noTunnel(let status) = fault { return refusedByProxy(status) }
        let isOtherName = (error as? NIOSSLExtraError) == .failedToValidateHostname
        if let security, isOtherName || Self.isCertificate(error) {
            // The server is asked once more what it shows; nothing is sent to it.
            let chain = (try? await exchange.certificates(security: security)) ?? []
            let fault = CertificateFault.message(chain, of: exchange.target, isOtherName: isOtherName)
            return Failure(.unavailable, fault, details: proxyNote)
        }
        let text =
            if let proxy = exchange.proxy, Self.isConnecting(error) {
                Message("Le mandataire \(proxy.shown) ne répond pas.", "The proxy \(proxy.shown) does not answer.")
            } else if case .cutMidway? = error as? HTTPExchange.Fault {
                Message(
                    "La réponse du serveur \(address) a été coupée avant sa fin.",
                    "The answer of the server \(address) was cut before its end.")
            } else {
                Message(
                    "Le serveur \(address) ne répond pas (--url, JALON_URL).",
                    "The server \(address) does not answer (--url, JALON_URL).")
            }
        var details = [Self.reason(error)?.shown].compactMap(\.self)
        // What does not speak HTTP has carried nothing out.
        if lost != nil, !(error is HTTPParserError), let doubt {
            details.append(doubt.shown)
        } else if case .cutMidway? = error as? HTTPExchange.Fault {
            details.append(Self.again.shown)
        }
        if !exchange.target.isSecure, case .cut? = error as? HTTPExchange.Fault {
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
        guard let proxy = exchange.proxy else { return [] }
        let host = exchange.target.host
        return [
            Message(
                "Par le mandataire \(proxy.shown) ; pour s’en passer : no_proxy=\(host)",
                "Through the proxy \(proxy.shown); to do without: no_proxy=\(host)"
            ).shown
        ]
    }

    private func refusedByProxy(_ status: Int) -> Failure {
        let proxy = exchange.proxy?.shown ?? "?"
        guard status != 407 else { return Self.proxyWantsPassword(proxy, exchange.proxy) }
        return Failure(
            .unavailable,
            Message(
                "Le mandataire \(proxy) refuse d’ouvrir une voie vers \(exchange.target.hostAndPort) (\(status)).",
                "The proxy \(proxy) refuses to open a way to \(exchange.target.hostAndPort) (\(status))."),
            details: [
                Message(
                    "Qui tient ce mandataire peut l’autoriser ; pour s’en passer : no_proxy=\(exchange.target.host)",
                    "Whoever keeps this proxy can allow it; to do without: no_proxy=\(exchange.target.host)"
                ).shown
            ])
    }

    /// For the answer 407, whether it comes to `CONNECT` or to the request itself.
    static func proxyWantsPassword(_ shown: String, _ proxy: Proxy?) -> Failure {
        let variable = proxy?.variable ?? "http_proxy"
        return Failure(
            .unavailable,
            proxy?.authorization == nil
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

    private static func isCertificate(_ error: any Error) -> Bool {
        guard case .handshakeFailed(let cause)? = error as? NIOSSLError else { return false }
        return String(describing: cause).contains("CERTIFICATE_VERIFY_FAILED")
    }

    private static func isConnecting(_ error: any Error) -> Bool {
        if error is NIOConnectionError { return true }
        if case .connectTimeout? = error as? ChannelError { return true }
        return false
    }

    private static let again = Message(
        "Relancez la commande. Si cela se répète, la cause est au journal du serveur ou de ce qui est devant lui.",
        "Run the command again. If that repeats, the cause is in the log of the server or of what is in front of it.")

    /// - Returns: nil where the message has said it.
    private static func reason(_ error: any Error) -> Message? {
        switch error {
        case HTTPExchange.Fault.cutMidway: nil
        case let error as NIOConnectionError: reason(error)
        case let error as IOError: SystemFault(code: error.errnoCode).message
        case ChannelError.connectTimeout, HTTPExchange.Fault.late: Message("délai dépassé", "timed out")
        case HTTPExchange.Fault.cut:
            Message("la connexion a été coupée avant la fin de la réponse", "the connection was cut before the end of the answer")
        case HTTPExchange.Fault.tooLarge: Message("la réponse est trop longue", "the answer is too long")
        case is HTTPParserError:
            Message(
                "la réponse n’est pas de HTTP : l’adresse est-elle en https:// ?",
                "the answer is not HTTP: is the address one of https://?")
        case NIOSSLError.handshakeFailed(let cause): reason(String(describing: cause))
        default: Message(String(describing: error), String(describing: error))
        }
    }

    private static func reason(_ error: NIOConnectionError) -> Message {
        if let code = error.connectionErrors.lazy.compactMap({ ($0.error as? IOError)?.errnoCode }).first {
            return SystemFault(code: code).message
        }
        if error.connectionErrors.contains(where: { if case .connectTimeout? = $0.error as? ChannelError { true } else { false } }
        ) {
            return Message("délai dépassé", "timed out")
        }
        return Message("aucune machine ne porte le nom \(error.host)", "no machine has the name \(error.host)")
    }

    /// Of a negotiation that failed before any certificate was judged.
    private static func reason(_ handshake: String) -> Message {
        if handshake.contains("WRONG_VERSION_NUMBER") || handshake.contains("HTTP_REQUEST") {
            return Message(
                "il ne parle pas TLS sur ce port : l’adresse est-elle en http:// ?",
                "it does not speak TLS on this port: is the address one of http://?")
        }
        if handshake.contains("PROTOCOL_VERSION") || handshake.contains("UNSUPPORTED_PROTOCOL") {
            return Message("il ne parle pas TLS 1.2 ou plus récent", "it does not speak TLS 1.2 or later")
        }
        return Message("la négociation TLS a échoué : \(handshake)", "the TLS handshake failed: \(handshake)")
    }
}
