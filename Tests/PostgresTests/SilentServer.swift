import Glibc
import Testing

/// A server that takes connections and never says a word.
final class SilentServer: Sendable {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let results = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                [bind(descriptor, pointer, length), listen(descriptor, 16), getsockname(descriptor, pointer, &length)]
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try #require(results == [0, 0, 0], "no port to listen on")
    }

    deinit { close(descriptor) }
}
