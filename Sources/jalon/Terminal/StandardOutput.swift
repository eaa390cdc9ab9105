import ActionPlans
import FoundationEssentials
import Glibc
import Synchronization

/// Where data leave the command. What cannot be written is an error, for a result that was lost looks like one that is
/// empty; but a reader that closes its pipe has had enough, as `head` does, and that is no error.
enum StandardOutput {
    private static let hasLostReader = Atomic<Bool>(false)

    /// Whether somebody still reads. A long list stops when nobody does; a command that changes something goes on.
    static var hasReader: Bool { !hasLostReader.load(ordering: .relaxed) }

    /// To be called before any file is opened: one opened later would take the number of a closed standard one, and
    /// what is meant for standard output would be written into it.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is the one that is missing. In this mode it refuses what it is used for.
            _ = open("/dev/null", mode)
        }
    }

    /// - Throws: ``Failure`` of status 74.
    static func write(_ bytes: [UInt8]) throws(Failure) {
        guard hasReader else { return }
        do {
            try Descriptor.write(bytes, to: STDOUT_FILENO)
        } catch {
            guard error.code == EPIPE else { throw unwritable(error) }
            hasLostReader.store(true, ordering: .relaxed)
        }
    }

    /// For what is told once: a reader that has left is an error here, and the bytes are on the disk before it returns.
    static func deliver(_ bytes: [UInt8]) throws(Failure) {
        do {
            try Descriptor.write(bytes, to: STDOUT_FILENO)
        } catch {
            throw unwritable(error)
        }
        try settle()
    }

    /// At the end of a command: some disks tell only now that they are full.
    static func settle() throws(Failure) {
        guard fsync(STDOUT_FILENO) != 0 else { return }
        let fault = SystemFault.last
        // A pipe, a terminal and a closed output have nothing to bring to the disk.
        guard [EINVAL, EROFS, ENOTSUP, EBADF, EINTR].contains(fault.code) else { throw unwritable(fault) }
    }

    private static func unwritable(_ fault: SystemFault) -> Failure {
        Failure(
            .unwritable,
            Message(
                "Le résultat ne s’écrit pas sur la sortie standard : \(fault.message.french).",
                "The result cannot be written to standard output: \(fault.message.english)."))
    }
}
