import Glibc

enum Poll {
    /// Waits until one of the descriptors is ready; false once `deadline` has passed. Interruptions do not count.
    static func wait(_ entries: inout [pollfd], until deadline: Moment?) -> Bool {
        while true {
            let count = poll(&entries, nfds_t(entries.count), deadline?.pollTimeout ?? -1)
            if count > 0 { return true }
            // Any other error is one that the descriptor's next use tells better.
            if count < 0, errno != EINTR { return true }
            if let deadline, deadline <= .now { return false }
        }
    }
}
