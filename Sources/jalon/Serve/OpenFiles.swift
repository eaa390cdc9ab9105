#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many files the process may have open; each connection is one.
enum OpenFiles {
    /// Raises the limit as far as the process may, and says how far that is.
    static func raised() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let kind = RLIMIT_NOFILE
        #endif
        guard getrlimit(kind, &limit) == 0 else { return 1_024 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(kind, &limit)
        guard getrlimit(kind, &limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_cur)
    }
}
