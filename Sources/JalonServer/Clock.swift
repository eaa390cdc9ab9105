#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The time of this machine, for expiry and memory only; every date of the domain comes from the database.
enum Clock {
    /// Seconds since 1970.
    static func seconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec
    }

    /// For durations, in nanoseconds: never set, never going back.
    static func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
