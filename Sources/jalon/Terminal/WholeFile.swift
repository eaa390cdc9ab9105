import ActionPlans
import FoundationEssentials
import Glibc

/// A file that is written whole or not at all: whatever happens on the way, the name leads to what it led to before.
enum WholeFile {
    /// - Parameter replaces: whether a file of that name may be replaced. What is no file, such as a pipe or a device, is
    ///   written to as it is.
    /// - Throws: ``Failure`` of status 74, or of status 1 when the name is taken.
    static func write(_ bytes: [UInt8], to path: String, replacing replaces: Bool) throws(Failure) {
        do {
            // The file that a link leads to is replaced, not the link.
            let target = realpath(path) ?? path
            var status = stat()
            let exists = stat(target, &status) == 0
            if exists, status.st_mode & S_IFMT != S_IFREG {
                try writeThrough(bytes, to: target)
                return
            }
            try writeAside(bytes, for: target, mode: exists ? status.st_mode & 0o7777 : nil, replacing: replaces)
        } catch {
            guard error.code != EEXIST else { throw exists(path) }
            throw Failure(
                .unwritable,
                Message(
                    "\(path) ne s’écrit pas : \(error.message.french).", "\(path) cannot be written: \(error.message.english)."))
        }
    }

    static func exists(_ path: String) -> Failure {
        Failure(
            .refused, Message("\(path) existe déjà (--force le remplace).", "\(path) exists already (--force replaces it)."))
    }

    /// Whether a file that `write` would replace bears this name.
    static func isThere(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func realpath(_ path: String) -> String? {
        guard let resolved = Glibc.realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func writeThrough(_ bytes: [UInt8], to path: String) throws(SystemFault) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last }
        do throws(SystemFault) {
            try Descriptor.write(bytes, to: file)
        } catch {
            close(file)
            throw error
        }
        guard close(file) == 0 else { throw .last }
    }

    /// A new file beside, brought to the disk, then given the name.
    private static func writeAside(
        _ bytes: [UInt8], for path: String, mode: mode_t?, replacing replaces: Bool
    ) throws(SystemFault) {
        let folder = FileName(path).folder
        let aside = FileName.path(of: ".jalon-\(UUID().uuidString.prefix(13))", in: folder)
        let file = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw .last }
        do throws(SystemFault) {
            do throws(SystemFault) {
                try Descriptor.write(bytes, to: file)
                if let mode, fchmod(file, mode) != 0 { throw .last }
                guard fsync(file) == 0 else { throw .last }
            } catch {
                close(file)
                throw error
            }
            guard close(file) == 0 else { throw .last }
            try give(aside, the: path, replacing: replaces)
        } catch {
            unlink(aside)
            throw error
        }
        bringToDisk(folder.isEmpty ? "." : folder)
    }

    private static func give(_ aside: String, the path: String, replacing replaces: Bool) throws(SystemFault) {
        if replaces {
            guard rename(aside, path) == 0 else { throw .last }
            return
        }
        // A link refuses a name that somebody has taken meanwhile. Some disks have none.
        if link(aside, path) == 0 {
            unlink(aside)
            return
        }
        guard errno != EEXIST, access(path, F_OK) != 0, rename(aside, path) == 0 else { throw .last }
    }

    /// The name itself; a file system that does not know how has nothing to bring.
    private static func bringToDisk(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
