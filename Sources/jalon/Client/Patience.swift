import ActionPlans
import FoundationEssentials
import Synchronization

/// How long a command still waits for a server that asks it to come back later.
final class Patience: Sendable {
    /// In seconds, for all the requests of a command.
    static let usual = 600
    static let range = 0...86_400

    private let left: Mutex<Int>

    init(seconds: Int) { left = Mutex(seconds) }

    /// Waits as long as the server asks.
    /// - Returns: false at once, where that is longer than what is left, or where the server asks nothing.
    func waits(for answer: ServerAnswer) async throws -> Bool {
        guard let seconds = answer.secondsToWait else { return false }
        let isEnough = left.withLock { left in
            guard seconds <= left else { return false }
            left -= seconds
            return true
        }
        guard isEnough else { return false }
        Terminal.say(.waiting(seconds, answer.status))
        try await Task.sleep(for: .seconds(seconds))
        return true
    }
}

extension ServerAnswer {
    /// How long a server that cannot answer now asks to wait, at least a second; nil where it does not say.
    var secondsToWait: Int? {
        guard status == 429 || status == 503, let asked = header("Retry-After") else { return nil }
        return RetryAfter.seconds(asked, at: Date()).map { max(1, $0) }
    }
}

/// `Retry-After`, RFC 9110 section 10.2.3: a number of seconds, or a date.
enum RetryAfter {
    /// - Returns: nil for what is neither.
    static func seconds(_ text: String, at now: Date) -> Int? {
        let text = text.trimmed()
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int(text) ?? .max }
        return date(text).map { Int(min($0.timeIntervalSince(now).rounded(.up), 1e9)) }.map { max(0, $0) }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The one form of a date that is sent: `Fri, 27 Nov 2026 06:00:00 GMT`.
    private static func date(_ text: String) -> Date? {
        guard let parts = text.wholeMatch(of: /[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) GMT/),
            let month = months.firstIndex(of: String(parts.2))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return try? Date("\(parts.3)-\(number)-\(parts.1)T\(parts.4)Z", strategy: .iso8601)
    }
}

extension Message {
    fileprivate static func waiting(_ seconds: Int, _ status: Int) -> Message {
        let reason =
            status == 429
            ? Message("trop de requêtes en peu de temps", "too many requests in a short time")
            : Message("le service n’est pas disponible pour l’instant", "the service is not available for now")
        return Message(
            "Le serveur demande d’attendre \(seconds) s : \(reason.french). La commande attend, puis continue (Ctrl-C pour arrêter).",
            "The server asks to wait \(seconds) s: \(reason.english). The command waits, then goes on (Ctrl-C to stop).")
    }
}
