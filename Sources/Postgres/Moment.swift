import Glibc

/// An instant on the clock that the conditions and `poll` wait by: monotonic, in nanoseconds.
package struct Moment: Comparable, Sendable {
    var nanoseconds: UInt64

    package static var now: Moment {
        var time = Glibc.timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(nanoseconds: moment.nanoseconds &+ UInt64(clamping: duration.wholeNanoseconds))
    }

    /// Nanoseconds from `start` to this moment, zero if it is not later.
    func nanoseconds(since start: Moment) -> UInt64 {
        nanoseconds > start.nanoseconds ? nanoseconds - start.nanoseconds : 0
    }

    var timespec: timespec {
        Glibc.timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }

    /// For `poll`: whole milliseconds until this moment, rounded up so that waking early does not spin.
    var pollTimeout: Int32 {
        Int32(clamping: (nanoseconds(since: .now) + 999_999) / 1_000_000)
    }
}

extension Duration {
    /// Clamped to what an `Int64` holds, 292 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflows ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000
    }

    /// For settings counted in milliseconds; never rounds a limit down to zero, which would be no limit.
    var wholeMilliseconds: Int64 {
        self > .zero ? max(1, wholeNanoseconds / 1_000_000) : 0
    }
}
