import HTTPTypes
import NIOCore
import Synchronization

/// The path under which clients reach the service, such as `/jalon`; empty where it has a host of its own.
///
/// The service thinks and remembers in addresses without it: it is taken off what comes in, where the proxy has left it there,
/// and put before every address that goes out.
package struct BasePath: Sendable, Hashable {
    /// Without a slash at its end.
    package let text: String

    private static let longest = 200

    package init() { text = "" }

    /// - Parameter path: `/jalon` or `/outils/jalon/`; a single slash is no prefix at all.
    /// - Returns: nil for what is no plain path: empty, dotted or escaped segments have no place in one.
    package init?(_ path: some StringProtocol) {
        var path = Substring(path)
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= Self.longest else { return nil }
        if path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard segments.allSatisfy(Self.isPlain) else { return nil }
        text = String(path)
    }

    var isEmpty: Bool { text.isEmpty }

    /// A path of the service that begins with this one, and would lose its beginning; nil where there is none.
    package func hiddenPath(of operations: [Operation]) -> String? {
        guard !isEmpty else { return nil }
        let own = text.split(separator: "/")
        return operations.lazy.map(\.path).first { path in
            let segments = path.split(separator: "/")
            return segments.count >= own.count && zip(segments, own).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    private static func isPlain(_ segment: Substring) -> Bool {
        segment != "." && segment != ".." && segment.wholeMatch(of: #/[A-Za-z0-9._~-]+/#) != nil
    }

    /// The same request target without the prefix, where it bears it.
    func removed(from target: String) -> String {
        guard !isEmpty, target.hasPrefix(text) else { return target }
        let rest = target.dropFirst(text.count)
        switch rest.utf8.first {
        case UInt8(ascii: "/"): return String(rest)
        case nil, UInt8(ascii: "?"), UInt8(ascii: "#"): return "/" + rest
        default: return target
        }
    }

    /// Puts the prefix before each address of an answer.
    func add(to answer: inout Answer) {
        guard !isEmpty else { return }
        if let location = answer.fields[.location], location.hasPrefix("/") { answer.fields[.location] = text + location }
        if let link = answer.fields[.link], link.hasPrefix("</") { answer.fields[.link] = "<" + text + link.dropFirst() }
        guard let kind = AddressFilter.Kind(answer.fields[.contentType]) else { return }
        if answer.body.readableBytes > 0 {
            var filter = AddressFilter(kind, prefix: text)
            answer.body = filter.filtered(answer.body)
            answer.compressed = nil
        } else if let producer = answer.stream {
            let prefix = text
            answer.stream = { stream in
                let filter = Mutex(AddressFilter(kind, prefix: prefix))
                try await producer(
                    AnswerStream { piece in
                        try await stream.write(filter.withLock { $0.filtered(piece) })
                    })
            }
        }
    }
}
