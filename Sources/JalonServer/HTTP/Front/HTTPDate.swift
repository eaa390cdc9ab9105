import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The date of an answer (RFC 9110, 5.6.7), written once a second.
enum HTTPDate {
    private static let last = Mutex((second: 0, bytes: [UInt8]()))

    static func now() -> [UInt8] {
        let second = Clock.seconds()
        return last.withLock { last in
            if last.second != second { last = (second, format(second)) }
            return last.bytes
        }
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter second: since 1970.
    static func format(_ second: Int) -> [UInt8] {
        var time = time_t(second)
        var parts = tm()
        gmtime_r(&time, &parts)
        func two(_ value: Int32) -> String { (value < 10 ? "0" : "") + String(value) }
        let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1_900)"
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return Array("\(days[Int(parts.tm_wday)]), \(date) \(clock) GMT".utf8)
    }
}
