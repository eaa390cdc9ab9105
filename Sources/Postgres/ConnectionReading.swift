import CLibpq
import Glibc

/// How a connection waits for what the server sends. libpq would wait for ever; this waits for `answerLimit`.
extension Connection {
    /// The rest of a result that nobody wants is read for this long; opening a connection anew costs less than more.
    private static let discardLimit: Duration = .milliseconds(250)

    /// The next result of the statement under way, or nil when the server has said all. The caller clears it.
    func nextResult() throws -> OpaquePointer? {
        try nextResult(until: answerLimit.map { Moment.now + $0 })
    }

    /// Reads and drops what is left of the statement under way, or gives the connection up when that is too much.
    func discardResults() {
        let deadline = Moment.now + Self.discardLimit
        while !isBroken {
            guard Moment.now < deadline else { return condemn() }
            guard let result = try? nextResult(until: deadline) else { return }
            PQclear(result)
        }
    }

    private func nextResult(until deadline: Moment?) throws -> OpaquePointer? {
        // A failure to send or to receive is told by PQgetResult, with what the server said before it went.
        while PQflush(handle) == 1 {
            guard Self.wait(for: handle, events: POLLIN | POLLOUT, until: deadline) else { throw silence() }
            if PQconsumeInput(handle) == 0 { break }
        }
        while PQisBusy(handle) == 1 {
            guard Self.wait(for: handle, events: POLLIN, until: deadline) else { throw silence() }
            if PQconsumeInput(handle) == 0 { break }
        }
        return PQgetResult(handle)
    }

    private func silence() -> DatabaseError {
        condemn()
        var error = DatabaseError(.connectionLost, "the server has stopped answering")
        error.mayRetryLostConnection = false
        return error
    }

    /// Reads what the server has sent while nothing was asked: notifications, or the end of the session.
    func readUnasked() {
        // Bounded, as a server that never stops talking must not hold the thread.
        for _ in 0..<16 where Self.wait(for: handle, events: POLLIN, until: .now) {
            if PQconsumeInput(handle) == 0 { return }
            _ = PQisBusy(handle)
        }
    }

    /// The next notification received, as channel and payload.
    func nextNotification() -> (channel: String, payload: String)? {
        guard let notification = PQnotifies(handle) else { return nil }
        defer { PQfreemem(notification) }
        return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }

    /// Waits until the socket is ready, which one that is closed is too; false once `deadline` has passed.
    private static func wait(for handle: OpaquePointer, events: Int32, until deadline: Moment?) -> Bool {
        var entries = [pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)]
        return Poll.wait(&entries, until: deadline)
    }
}
