import NIOCore

/// What a connection is waiting for, and until when.
struct Wait {
    enum Reason {
        /// For the first byte of the first request, or of the next one.
        case opening, nextRequest
        /// For the rest of a header section.
        case head
        case body
        /// For our own answer; the database has deadlines of its own.
        case answer
        /// For the client to take in an answer.
        case reader
        /// For the client to hang up.
        case lingering
    }

    let reason: Reason
    private let deadline: NIODeadline
    private var rate: (since: NIODeadline, received: Int, window: TimeAmount, slowest: Int)?

    init(_ reason: Reason, until deadline: NIODeadline) {
        self.reason = reason
        self.deadline = deadline
    }

    var isForFirstByte: Bool { reason == .opening || reason == .nextRequest }
    var isForRequest: Bool { isForFirstByte || reason == .head }

    /// - Parameter received: all the bytes received so far.
    mutating func watchRate(from received: Int, limits: FrontLimits) {
        rate = (.now(), received, limits.rateWindow, limits.slowestBody)
    }

    mutating func isOver(at now: NIODeadline, received: Int) -> Bool {
        if now >= deadline { return true }
        guard let rate, now >= rate.since + rate.window else { return false }
        let seconds = Int((now - rate.since).nanoseconds / 1_000_000_000)
        if received - rate.received < seconds * rate.slowest { return true }
        self.rate = (now, received, rate.window, rate.slowest)
        return false
    }
}
