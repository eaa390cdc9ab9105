import ActionPlans
import FoundationEssentials
import Glibc
import JalonServer
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import Synchronization
import UnixSignals

/// One run of the server, from its first line of the log to its last. Whoever reads the log is told when it began, where it
/// listens, and why it ended, in the log's format and in no other.
struct ServerRun {
    private let settings: Settings
    private let logger: Logger
    private let stop = StopReason()

    /// Files kept for all that is not a client: database connections, log, event loops.
    private static let otherFiles = 600

    /// - Throws: ``ExitStatus`` when the log has told why, ``Failure`` when it is for eyes.
    static func run(_ flags: [SettingName: String?], _ options: DatabaseOptions) async throws {
        let settings: Settings
        do {
            settings = try options.settings(flags, isListening: true)
        } catch {
            let given = options.flags.merging(flags.compactMapValues { $0 }) { own, _ in own }
            guard Settings.logFormat(flags: given, file: options.config) == .json else { throw error }
            var logger = Logger(label: "jalon") { LineLogHandler(label: $0, format: .json) }
            logger.logLevel = .info
            tell(error, in: logger)
            throw error.status
        }
        let lines = LineBuffer()
        defer { lines.end() }
        LoggingSystem.bootstrap { LineLogHandler(label: $0, format: settings.logFormat, output: lines.write) }
        var logger = Logger(label: "jalon")
        logger.logLevel = settings.logLevel
        let run = ServerRun(settings: settings, logger: logger)
        do {
            try await run.serve()
        } catch {
            tell(error, in: logger)
            guard settings.logFormat == .text else { throw (error as? Failure)?.status ?? ExitStatus.refused }
            // The line of the log leaves first.
            lines.end()
            throw error
        }
    }

    private init(settings: Settings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    private func serve() async throws {
        logger.notice(
            "starting", metadata: ["version": .string(Version.text), "process": .stringConvertible(Int(getpid()))])
        var server = settings.server
        server.front.connections = max(1, min(server.front.connections, OpenFiles.raised() - Self.otherFiles))
        let service = JalonService(
            configuration: server, logger: logger, onListening: { announce(port: $0) },
            onAdminListening: { announceAdmin(port: $0) })
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)], logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.server.shutdownDeadline
        let group = ServiceGroup(configuration: configuration)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let watch = Task {
            for await signal in signals {
                stop.note(signal == .sigterm ? "SIGTERM" : "SIGINT")
                logger.notice("stopping", metadata: ["reason": .string(stop.text)])
                await group.triggerGracefulShutdown()
            }
        }
        defer { watch.cancel() }
        do {
            try await group.run()
        } catch is CancellationError {
            // Requests were cut, and the stop is still what was asked.
            stop.note(stop.text + ", requests cut after the grace period")
        } catch let error as IOError {
            throw cannotListen(SystemFault(code: error.errnoCode).message.shown)
        } catch let error as SocketAddressError.UnknownHost {
            throw cannotListen(error.errorDescription)
        } catch {
            let seeLog = Message("La cause est au journal, ci-dessus.", "The cause is in the log, above.")
            throw CommandDatabase.failure(error, cause: seeLog.shown)
        }
        logger.notice("stopped", metadata: ["reason": .string(stop.text), "exit": .stringConvertible(0)])
    }

    /// The last line of a run that failed.
    private static func tell(_ error: any Error, in logger: Logger) {
        let failure = error as? Failure ?? Failure(.refused, String(describing: error))
        var metadata: Logger.Metadata = [
            "reason": .string(failure.text), "exit": .stringConvertible(Int(failure.status.rawValue)),
            "version": .string(Version.text),
        ]
        if !failure.details.isEmpty { metadata["details"] = .array(failure.details.map { .string($0) }) }
        logger.critical("stopped", metadata: metadata)
    }

    private func announce(port: Int) {
        let address = address(settings.server.host, port)
        logger.notice("listening", metadata: ["address": .string(address), "version": .string(Version.text)])
        if isForEyes {
            Terminal.say(
                Message(
                    """
                    Jalon \(Version.text) écoute sur \(address)
                      documentation : \(address)/docs
                      essai :         curl \(address)/v1/vocabularies
                      arrêt :         Ctrl-C
                    """,
                    """
                    Jalon \(Version.text) listens on \(address)
                      documentation: \(address)/docs
                      try it:        curl \(address)/v1/vocabularies
                      stop:          Ctrl-C
                    """))
        }
        do throws(Failure) {
            try Terminal.writeLine(address)
        } catch {
            // Whoever waits for the address there is told; the others are served all the same.
            logger.error("address not written", metadata: ["reason": .string(error.text)])
        }
    }

    private func announceAdmin(port: Int) {
        let address = address(settings.server.adminHost ?? settings.server.host, port)
        logger.notice("listening for health and metrics", metadata: ["address": .string(address)])
    }

    /// Whether a person looks at the log.
    private var isForEyes: Bool { settings.logFormat == .text && isatty(STDERR_FILENO) == 1 }

    private func address(_ host: String, _ port: Int) -> String {
        let isAnyAddress = host == "0.0.0.0" || host == "::"
        return "http://\(isAnyAddress ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private func cannotListen(_ reason: String) -> Failure {
        let server = settings.server
        let admin = server.adminPort.map { (host: server.adminHost ?? server.host, port: $0) }
        return Failure(
            .configuration,
            Message(
                "Impossible d’écouter sur \(server.host), port \(server.port)"
                    + (admin.map { ", ou sur \($0.host), port \($0.port)" } ?? "")
                    + " : choisissez une autre adresse (--host, --port\(admin == nil ? "" : ", --admin-host, --admin-port")).",
                "Cannot listen on \(server.host), port \(server.port)"
                    + (admin.map { ", or on \($0.host), port \($0.port)" } ?? "")
                    + ": choose another address (--host, --port\(admin == nil ? "" : ", --admin-host, --admin-port"))."),
            details: [reason])
    }
}

/// Why the server ends.
private final class StopReason: Sendable {
    private let reason = Mutex("ended by itself")

    var text: String { reason.withLock(\.self) }

    func note(_ text: String) { reason.withLock { $0 = text } }
}
