import NIOCore

/// A page in Prometheus' text exposition format, version 0.0.4.
struct Exposition {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var buffer: ByteBuffer

    init(capacity: Int) {
        buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
    }

    /// Begins a family: its samples must follow at once.
    mutating func family(_ name: StaticString, _ kind: StaticString, _ help: StaticString) {
        write("# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n")
    }

    mutating func sample(_ name: StaticString, _ labels: [(name: StaticString, value: String)] = [], _ value: UInt64) {
        sample(name, labels, text: String(value))
    }

    /// Of nanoseconds, shown as seconds.
    mutating func sample(_ name: StaticString, _ labels: [(name: StaticString, value: String)] = [], seconds value: UInt64) {
        sample(name, labels, text: Self.seconds(value))
    }

    private mutating func sample(_ name: StaticString, _ labels: [(name: StaticString, value: String)], text value: String) {
        let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        write("\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n")
    }

    /// A family of one sample without labels.
    mutating func single(_ name: StaticString, _ kind: StaticString, _ help: StaticString, _ value: UInt64) {
        family(name, kind, help)
        sample(name, [], value)
    }

    /// As `single`, of nanoseconds shown as seconds.
    mutating func single(_ name: StaticString, _ kind: StaticString, _ help: StaticString, seconds value: UInt64) {
        family(name, kind, help)
        sample(name, [], seconds: value)
    }

    private mutating func write(_ text: String) {
        buffer.writeString(text)
    }

    /// Nanoseconds as seconds, every digit kept.
    static func seconds(_ nanoseconds: UInt64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
