import Logging
import Synchronization

@testable import JalonServer

extension TestServer {
    /// The same service and database under other settings, or with a log that the test reads.
    func variant(
        logger: Logger? = nil, operations: [Operation] = Operations.all,
        _ change: (inout ServerConfiguration) -> Void = { _ in }
    ) throws -> Dispatcher {
        var configuration = state.configuration
        change(&configuration)
        let other = ServerState(
            database: database, tokens: state.tokens,
            reference: ReferenceData(vocabularies: state.vocabularies, catalogue: state.catalogue),
            contract: state.contract, configuration: configuration, logger: logger ?? state.logger,
            isAccepting: state.isAccepting)
        return Dispatcher(operations: operations, server: other)
    }
}

/// The lines of a log, kept for a test.
final class KeptLog: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Cut at every line end there is, forged ones included.
    var lines: [String] { text.split(whereSeparator: \.isNewline).map(String.init) }

    func logger(_ format: LogFormat = .json, level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "jalon") { label in
            LineLogHandler(label: label, format: format) { line in self.bytes.withLock { $0 += line } }
        }
        logger.logLevel = level
        return logger
    }
}
