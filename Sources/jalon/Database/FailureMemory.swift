import Logging
import Synchronization

/// Keeps the reason of the last failure that the database driver logs: the errors it throws do not carry it, and a
/// command has no log of its own to show.
struct FailureMemory: LogHandler {
    private final class Kept: Sendable {
        let cause = Mutex<String?>(nil)
    }

    private let kept = Kept()
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .error

    var cause: String? { kept.cause.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard case .string(let error)? = event.metadata?["error"] else { return }
        let text = error.split(separator: ": ", maxSplits: 2).last.map(String.init) ?? error
        kept.cause.withLock { $0 = text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }
}
