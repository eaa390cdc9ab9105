import ActionPlans
import FoundationEssentials
import Glibc
import NIOCore

/// Where the server is to listen, looked at before anything else is begun.
enum ListeningAddress {
    /// Whether it may be one: a name, or digits that make an address.
    static func isWellFormed(_ host: String) -> Bool {
        guard host.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) else { return true }
        var address = in_addr()
        return inet_aton(host, &address) != 0
    }

    /// Why nothing could listen there on any port.
    static func fault(_ host: String) -> Message? {
        guard let address = try? SocketAddress.makeAddressResolvingHost(host, port: 0) else { return .noHost }
        let fault: SystemFault? = address.withSockAddr { pointer, size in
            #if os(Linux)
                let descriptor = socket(Int32(pointer.pointee.sa_family), Int32(SOCK_STREAM.rawValue), 0)
            #else
                let descriptor = socket(Int32(pointer.pointee.sa_family), SOCK_STREAM, 0)
            #endif
            guard descriptor >= 0 else { return .last }
            defer { close(descriptor) }
            return bind(descriptor, pointer, socklen_t(size)) == 0 ? nil : .last
        }
        switch fault?.code {
        case nil: return nil
        case EADDRNOTAVAIL: return .notHere
        // A local address without its interface, a family that the machine does not have.
        default: return .noListening
        }
    }
}

extension Message {
    static let noHost = expectingOwn("aucune machine ne porte ce nom", "no machine has this name")
    fileprivate static let notHere = expectingOwn(
        "cette machine n’a pas cette adresse", "this machine does not have this address")
    fileprivate static let noListening = expectingOwn(
        "rien ne peut écouter à cette adresse", "nothing can listen on this address")

    private static func expectingOwn(_ french: String, _ english: String) -> Message {
        Message(
            "\(french) ; il faut une adresse de cette machine, comme 127.0.0.1 ou ::1.",
            "\(english); expected an address of this machine, like 127.0.0.1 or ::1.")
    }
}
