import ActionPlans
import FoundationEssentials
import Glibc
import JalonServer

/// Standard output carries data and nothing else; standard error carries what is said to the user.
///
/// What is for eyes goes out by `writeLine`, `tell` and `say`, which let nothing foreign act on the screen: names of files, what
/// is in them, what a server answers. What is for programs goes out by `write`, as it is.
enum Terminal {
    /// - Throws: ``Failure`` of status 74 when it cannot be written.
    static func write(_ text: String) throws(Failure) {
        try write(Array(text.utf8))
    }

    static func write(_ bytes: [UInt8]) throws(Failure) {
        try StandardOutput.write(bytes)
    }

    /// One line of a page to read.
    static func writeLine(_ text: String) throws(Failure) {
        try write(shown(text, keeping: "\t") + "\n")
    }

    /// Several, as a help has them.
    static func writeText(_ text: String) throws(Failure) {
        try write(shown(text) + "\n")
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
        try writeText(Redaction.withoutPasswords(text))
    }

    /// Messages carry no secret, wherever it may have come from: what was typed, the environment, the server.
    static func say(_ text: String) {
        let text = shown(Redaction.withoutPasswords(text))
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

    /// Stands for the beginning of our own sequences until they are written. Nobody else can know it.
    private static let mark = "\u{E000}\(UInt64.random(in: 0...(.max)))"

    private static func styled(_ text: String, _ code: String) -> String {
        isColourful ? "\(mark)\(code)m\(text)\(mark)0m" : text
    }

    /// As it may go to a screen: with no sequence but ours.
    private static func shown(_ text: String, keeping layout: String = "\t\n") -> String {
        let plain = text.printable { layout.unicodeScalars.contains($0) }
        return isColourful ? plain.replacing(mark, with: "\u{1B}[") : plain
    }
}
