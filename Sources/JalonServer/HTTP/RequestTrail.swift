import Glibc
import HTTPTypes
import Synchronization

/// What is found out about a request while it is answered, for the log and the counts.
struct RequestTrail {
    let id: String
    /// The trace it is part of (W3C Trace Context), where its sender said so.
    let trace: String?
    /// On the monotonic clock, in nanoseconds.
    let startedAt: UInt64
    /// The path under which the caller reaches the service.
    let base: BasePath
    var operation: Operation?
    /// The ids of the caller and of its token.
    var principal: String?
    var token: String?
    var problem: ProblemKind?
    /// Where the caller stands, on operations that are limited.
    var standing: RateLimiter.Standing?
    /// Where the validator of the answer is to be remembered, and the state of the data before it was read.
    var validation: (key: ValidatorMemory.Key, state: String)?

    init(_ request: IncomingRequest, at base: BasePath = BasePath()) {
        self.base = base
        startedAt = Clock.monotonic()
        id = RequestIdentifier.accepted(request.fields[.xRequestID]) ?? RequestIdentifier.make()
        trace = request.fields[.traceParent].flatMap { TraceParent.traceID($0) }
    }
}

/// Names a request in the log: what the client calls it, or 16 random bytes in hexadecimal.
enum RequestIdentifier {
    private static let longest = 64

    /// - Returns: nil for what is no identifier: 1 to 64 letters, digits, dots, underscores and hyphens.
    static func accepted(_ text: String?) -> String? {
        guard let text, (1...longest).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else { return nil }
        return text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func make() -> String {
        let bits = RandomBits.take()
        return withUnsafeBytes(of: bits) { Hexadecimal.text(of: $0) }
    }
}

/// Random bits, asked of the system for several requests at a time.
private enum RandomBits {
    private static let kept = Mutex<[UInt64]>([])
    /// What one call of `getentropy` gives at most: 256 bytes.
    private static let most = 32

    static func take() -> (UInt64, UInt64) {
        kept.withLock { kept in
            if kept.count < 2 { kept = fresh() }
            return (kept.removeLast(), kept.removeLast())
        }
    }

    private static func fresh() -> [UInt64] {
        var bits = [UInt64](repeating: 0, count: most)
        guard bits.withUnsafeMutableBytes({ getentropy($0.baseAddress, $0.count) }) != 0 else { return bits }
        var generator = SystemRandomNumberGenerator()
        return bits.map { _ in generator.next() }
    }
}

/// The field `traceparent` of W3C Trace Context, version 00: `00-{trace id}-{parent id}-{flags}`.
enum TraceParent {
    /// - Returns: nil unless all of the field is as the specification wants it.
    static func traceID(_ field: String) -> String? {
        let parts = field.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "00", isIdentifier(parts[1], 32), isIdentifier(parts[2], 16),
            isHexadecimal(parts[3], 2)
        else { return nil }
        return String(parts[1])
    }

    private static func isIdentifier(_ text: Substring, _ length: Int) -> Bool {
        isHexadecimal(text, length) && text.utf8.contains { $0 != UInt8(ascii: "0") }
    }

    /// Capitals are not accepted: the specification wants none.
    private static func isHexadecimal(_ text: Substring, _ length: Int) -> Bool {
        text.utf8.count == length
            && text.utf8.allSatisfy { Hexadecimal.value(of: $0) != nil && !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
    }
}
