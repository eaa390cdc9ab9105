import ActionPlans
import JalonServer

/// An answer that Jalon did not give: a redirection, a proxy in the way, another program at that address.
struct ForeignAnswer {
    private let answer: ServerAnswer

    init(_ answer: ServerAnswer) {
        self.answer = answer
    }

    var failure: Failure {
        switch answer.status {
        case 301, 302, 303, 307, 308: return redirected
        case 407:
            return ExchangeFailure.proxyWantsPassword(
                answer.proxy?.shown ?? Message("sur le chemin", "in the way").shown, answer.proxy)
        case 413:
            let size = Self.size(answer.sentBytes)
            return failed(
                Message(
                    "Ce qui est devant Jalon refuse un envoi de \(size.french) (413) : il faut y permettre 20 Mio.",
                    "What is in front of Jalon refuses \(size.english) (413): it has to allow 20 MiB."),
                [
                    Message(
                        "Avec nginx : client_max_body_size 20m", "With nginx: client_max_body_size 20m"
                    ).shown
                ])
        case 502, 503, 504:
            return failed(
                Message(
                    "Ce qui est devant Jalon répond, mais Jalon ne lui répond pas (\(answer.status)). Réessayez dans un moment.",
                    "What is in front of Jalon answers, but Jalon does not answer it (\(answer.status)). Try again in a while."))
        case 200..<300:
            return failed(
                Message(
                    "La réponse du serveur n’a pas la forme attendue : est-ce bien Jalon, de la même version ?",
                    "The server's answer does not have the expected form: is it Jalon, of the same version?"))
        default:
            return failed(
                Message(
                    "Le serveur a répondu \(answer.status) sans dire pourquoi : est-ce bien Jalon ?",
                    "The server answered \(answer.status) without saying why: is it Jalon?"))
        }
    }

    /// Not followed: the token would go there too, and a PUT would arrive as a GET.
    private var redirected: Failure {
        let location = answer.header("Location").map(Redaction.address) ?? "?"
        let details = [
            Message(
                "Si c’est là qu’est Jalon, donnez cette adresse : --url ou JALON_URL.",
                "If Jalon is there, give that address: --url or JALON_URL."
            ).shown
        ]
        return Failure(
            .refused,
            Message(
                "Le serveur renvoie à une autre adresse (\(answer.status)) : \(location)",
                "The server sends to another address (\(answer.status)): \(location)"),
            details: details + origin)
    }

    private func failed(_ message: Message, _ details: [String] = []) -> Failure {
        Failure(answer.exitStatus, message, details: details + origin)
    }

    private var isHTML: Bool { answer.type.lowercased().hasPrefix("text/html") }

    /// Who answered, as far as it says, and what it says to people.
    private var origin: [String] {
        var lines: [String] = []
        if let server = answer.header("Server") ?? answer.header("Via") {
            lines.append(Message("répondu par : \(Self.clipped(server))", "answered by: \(Self.clipped(server))").shown)
        }
        if let proxy = answer.proxy {
            let host = answer.target.host
            lines.append(
                Message(
                    "Par le mandataire \(proxy.shown) ; pour s’en passer : no_proxy=\(host)",
                    "Through the proxy \(proxy.shown); to do without: no_proxy=\(host)"
                ).shown)
        }
        if isHTML, let title { lines.append(Message("page : « \(title) »", "page: “\(title)”").shown) }
        return lines
    }

    /// Of the page, on one line.
    private var title: String? {
        let page = String(decoding: answer.bytes.prefix(4_096), as: UTF8.self)
        guard let start = page.firstRange(of: /(?i)<title>/),
            let end = page[start.upperBound...].firstRange(of: /(?i)<\/title>/)
        else { return nil }
        let text = page[start.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.isEmpty ? nil : Self.clipped(text)
    }

    private static func clipped(_ text: String) -> String {
        String(text.printable.prefix(100))
    }

    private static func size(_ bytes: Int) -> Message {
        guard bytes >= 1 << 20 else {
            let kibibytes = max(1, bytes >> 10)
            return Message("\(kibibytes) Kio", "\(kibibytes) KiB")
        }
        let tenths = (bytes * 10) >> 20
        return Message("\(tenths / 10),\(tenths % 10) Mio", "\(tenths / 10).\(tenths % 10) MiB")
    }
}
