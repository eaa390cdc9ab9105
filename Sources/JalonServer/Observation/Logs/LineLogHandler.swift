import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes each event of the log as one line that no input can forge: see ``LogLine``.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let output: @Sendable ([UInt8]) -> Void

    /// - Parameter output: takes a whole line with its end.
    package init(
        label: String, format: LogFormat, output: @escaping @Sendable ([UInt8]) -> Void = StandardErrorLines.write
    ) {
        self.label = label
        self.format = format
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var values = metadata
        if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
        if let own = event.metadata { values = values.isEmpty ? own : values.merging(own) { $1 } }
        if let error = event.error { values["error"] = .string(String(describing: error)) }
        var line = LogLine()
        switch format {
        case .json: writeJSON(event, values, to: &line)
        case .text: writeText(event, values, to: &line)
        }
        line.add("\n")
        output(line.bytes)
    }

    private func writeJSON(_ event: LogEvent, _ values: Logger.Metadata, to line: inout LogLine) {
        line.add(#"{"timestamp":""#)
        line.addTimestamp()
        line.add(#"","level":"#)
        line.add(quoted: event.level.rawValue)
        line.add(#","label":"#)
        line.add(quoted: label)
        line.add(#","message":"#)
        line.add(quoted: event.message.description)
        if !values.isEmpty {
            line.add(#","metadata":"#)
            Self.write(values, to: &line)
        }
        line.add("}")
    }

    private func writeText(_ event: LogEvent, _ values: Logger.Metadata, to line: inout LogLine) {
        line.addTimestamp()
        line.add(" ")
        line.add(escaped: "\(event.level.rawValue) \(label): \(Redaction.withoutSecrets(event.message.description))")
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            line.add(" ")
            line.add(escaped: name)
            line.add("=")
            Self.write(value, to: &line)
        }
    }

    private static func write(_ values: Logger.Metadata, to line: inout LogLine) {
        line.add("{")
        var isFirst = true
        for (name, value) in values {
            if !isFirst { line.add(",") }
            isFirst = false
            line.add(quoted: name)
            line.add(":")
            write(value, to: &line)
        }
        line.add("}")
    }

    private static func write(_ value: Logger.MetadataValue, to line: inout LogLine) {
        switch value {
        case .string(let text): line.add(quoted: text)
        case .stringConvertible(let value):
            switch value {
            case let flag as Bool: line.add(escaped: flag.description)
            case let number as Int: line.add(number)
            case let number as Double where number.isFinite: line.add(escaped: number.description)
            default: line.add(quoted: value.description)
            }
        case .dictionary(let values): write(values, to: &line)
        case .array(let values):
            line.add("[")
            for (index, value) in values.enumerated() {
                if index > 0 { line.add(",") }
                write(value, to: &line)
            }
            line.add("]")
        }
    }
}

/// Standard error, a whole line at a time.
package enum StandardErrorLines {
    /// Whether the reader has stopped reading.
    private static let isStalled = Mutex(false)
    /// In milliseconds.
    private static let patience: Int32 = 1_000
    /// What a pipe that can be written to takes without blocking.
    private static let pieceLength = Int(PIPE_BUF)

    /// The log must not stop the service: a reader that takes nothing is waited for once, and then loses lines until it
    /// reads again.
    package static let write: @Sendable ([UInt8]) -> Void = { line in
        isStalled.withLock { isStalled in
            var rest = line[...]
            while !rest.isEmpty {
                guard isWritable(within: isStalled ? 0 : patience) else {
                    isStalled = true
                    return
                }
                isStalled = false
                let count = rest.prefix(pieceLength).withUnsafeBytes { send($0) }
                guard count > 0 || errno == EINTR || errno == EAGAIN else { return }
                rest = rest.dropFirst(max(0, count))
            }
        }
    }

    private static func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #endif
    }

    private static func isWritable(within milliseconds: Int32) -> Bool {
        var wait = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&wait, 1, milliseconds) > 0 && wait.revents & Int16(POLLOUT) != 0
    }
}
