import ActionPlans
import Glibc

/// Why the operating system refused, in the user's words.
struct SystemFault: Error {
    /// As `errno` has it.
    let code: Int32

    /// The fault of the call that has just failed.
    static var last: SystemFault { SystemFault(code: errno) }

    var message: Message {
        switch code {
        case ENOSPC: Message("il n’y a plus de place sur le disque", "no space is left on the disk")
        case EDQUOT: Message("votre quota de disque est atteint", "your disk quota is used up")
        case EFBIG: Message("le fichier serait trop grand", "the file would be too large")
        case EBADF: Message("elle est fermée", "it is closed")
        case EPIPE: Message("son lecteur est parti", "its reader has left")
        case EIO: Message("le disque est en panne", "the disk fails")
        case EACCES, EPERM: Message("l’écriture est interdite", "writing is not permitted")
        case EROFS: Message("le disque est en lecture seule", "the disk is read-only")
        case ENOENT: Message("le dossier n’existe pas", "the folder does not exist")
        case ENOTDIR: Message("un dossier du chemin est un fichier", "a folder of the path is a file")
        case EISDIR: Message("c’est un dossier", "it is a folder")
        case ENAMETOOLONG: Message("le nom est trop long", "the name is too long")
        case EADDRINUSE: Message("un autre programme y écoute déjà", "another program listens there already")
        case EADDRNOTAVAIL: Message("cette machine n’a pas cette adresse", "this machine does not have this address")
        case ECONNREFUSED: Message("connexion refusée : rien n’écoute là", "connection refused: nothing listens there")
        case ECONNRESET: Message("la connexion a été coupée", "the connection was cut")
        case ETIMEDOUT: Message("délai dépassé", "timed out")
        case EHOSTUNREACH, ENETUNREACH: Message("aucune route n’y mène", "no route leads there")
        default: Message(String(cString: strerror(code)), String(cString: strerror(code)))
        }
    }
}

/// Files by the calls of the system, until all is read or written.
enum Descriptor {
    /// In milliseconds.
    private static let pause: Int32 = 1_000

    static func write(_ bytes: [UInt8], to file: Int32) throws(SystemFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: break
            case EAGAIN:
                // Somebody who shares the file asked not to wait for it.
                var wait = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, pause)
            default: throw .last
            }
        }
    }

    /// What a file holds, or the beginning of a longer one.
    /// - Parameter path: nil for standard input.
    static func read(_ path: String?, upTo most: Int) throws(SystemFault) -> [UInt8] {
        guard let path else { return try read(STDIN_FILENO, upTo: most) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last }
        defer { close(file) }
        return try read(file, upTo: most)
    }

    private static func read(_ file: Int32, upTo most: Int) throws(SystemFault) -> [UInt8] {
        var bytes: [UInt8] = []
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { piece.deallocate() }
        while bytes.count < most {
            let count = Glibc.read(file, piece.baseAddress, min(piece.count, most - bytes.count))
            if count > 0 {
                bytes.append(contentsOf: piece[..<count])
                continue
            }
            if count == 0 { break }
            switch errno {
            case EINTR: break
            case EAGAIN:
                var wait = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
                _ = poll(&wait, 1, pause)
            default: throw .last
            }
        }
        return bytes
    }
}
