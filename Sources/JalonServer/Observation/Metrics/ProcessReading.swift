#if canImport(Glibc)
    import Glibc
#endif

/// What the system says of this process. Only Linux is asked.
struct ProcessReading {
    let residentBytes: UInt64
    let openFiles: UInt64
    /// Nanoseconds of processor, in the program and in the system.
    let processorTime: UInt64
    /// Nanoseconds since 1970.
    let startedAt: UInt64

    #if canImport(Glibc)
        private static let second: UInt64 = 1_000_000_000

        /// - Returns: nil where `/proc` cannot be read.
        static func now() -> ProcessReading? {
            // The second field is the program's name in parentheses, which may hold anything.
            guard let text = contents(of: "/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[end...].split(whereSeparator: \.isWhitespace).dropFirst().map { UInt64($0) ?? 0 }
            let tick = second / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
            // Counted from the third field of proc(5): utime and stime, starttime, rss.
            guard fields.count > 21, let openFiles = openFiles() else { return nil }
            let age = time(of: CLOCK_BOOTTIME) &- fields[19] * tick
            return ProcessReading(
                residentBytes: fields[21] * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE)))), openFiles: openFiles,
                processorTime: (fields[11] + fields[12]) * tick, startedAt: time(of: CLOCK_REALTIME) &- age)
        }

        private static func time(of clock: clockid_t) -> UInt64 {
            var time = timespec()
            clock_gettime(clock, &time)
            return UInt64(max(0, time.tv_sec)) * second + UInt64(max(0, time.tv_nsec))
        }

        private static func contents(of path: String) -> String? {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            return String(
                unsafeUninitializedCapacity: 4_096,
                initializingUTF8With: { max(0, read(file, $0.baseAddress, $0.count)) })
        }

        private static func openFiles() -> UInt64? {
            guard let folder = opendir("/proc/self/fd") else { return nil }
            defer { closedir(folder) }
            var count: UInt64 = 0
            while readdir(folder) != nil { count += 1 }
            // Itself, its parent, and the folder that is being read.
            return count > 3 ? count - 3 : 0
        }
    #else
        static func now() -> ProcessReading? { nil }
    #endif
}
