import Glibc

/// A pipe to oneself: wakes a thread that waits in `poll`, from any other. It stays rung until it is silenced.
final class Bell: Sendable {
    let reading: Int32
    private let writing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let status = pipe(&ends)
        precondition(status == 0, "the system has no more file descriptors")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // Rung often enough to fill the pipe, it is rung all the same.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    func silence() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while read(reading, &bytes, 16) == 16 {}
    }

    /// True when rung, false once `deadline` has passed.
    func wait(until deadline: Moment) -> Bool {
        var entries = [pollfd(fd: reading, events: Int16(POLLIN), revents: 0)]
        return Poll.wait(&entries, until: deadline)
    }
}
