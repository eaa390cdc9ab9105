import ActionPlans
import Foundation
import JalonServer

/// Standard output carries data and nothing else; standard error carries what is said to the user.
enum Terminal {
    /// - Throws: ``Failure`` of status 74 when it cannot be written.
    static func write(_ text: String) throws(Failure) {
        try write(Array(text.utf8))
    }

    static func write(_ bytes: [UInt8]) throws(Failure) {
        try StandardOutput.write(bytes)
    }

    static func writeLine(_ text: String) throws(Failure) {
        try write(text + "\n")
    }

    /// Writes what tells of something done. When that is lost, the failure says that it is done nevertheless.
    static func report(_ lines: [String], of done: Message) throws(Failure) {
        do {
            for line in lines { try writeLine(line) }
        } catch {
            var failure = error
            failure.details.append(done.shown)
            throw failure
        }
    }

    /// A message that is the result itself: what a check has found.
    static func tell(_ text: String) throws(Failure) {
        try writeLine(Redaction.withoutPasswords(text))
    }

    /// Messages carry no secret, wherever it may have come from: what was typed, the environment, the server.
    static func say(_ text: String) {
        let text = Redaction.withoutPasswords(text)
        // There is nowhere else to say that this failed.
        try? Descriptor.write(Array((text + "\n").utf8), to: STDERR_FILENO)
    }

    static func say(_ message: Message) {
        say(message.shown)
    }

    /// How wide a table may be: the terminal's width, or a page's where there is none.
    static let columns: Int = {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 120
    }()

    private static let isColourful: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }()

    static func bold(_ text: String) -> String { styled(text, "1") }
    static func faint(_ text: String) -> String { styled(text, "2") }
    static func green(_ text: String) -> String { styled(text, "32") }
    static func red(_ text: String) -> String { styled(text, "31") }

    private static func styled(_ text: String, _ code: String) -> String {
        isColourful ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
