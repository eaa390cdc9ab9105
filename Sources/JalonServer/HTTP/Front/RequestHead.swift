import ActionPlans
import HTTPTypes
import NIOHTTP1

/// The header section of a request, once it is known to make sense (RFC 9112, 3 and 6).
struct RequestHead {
    let method: HTTPRequest.Method
    /// Path and query, or `*`.
    let target: String
    let fields: HTTPFields
    let keepsAlive: Bool
    let isHTTP10: Bool
    /// In bytes; nil when it is not told in advance.
    let length: Int?
    let hasBody: Bool
    let expectsContinue: Bool

    /// - Throws: ``Problem`` for what no server may guess the meaning of; the connection is then closed.
    init(_ head: HTTPRequestHead, limits: FrontLimits) throws(Problem) {
        guard head.version == .http1_1 || head.version == .http1_0 else {
            throw Self.malformed("La version de HTTP doit être 1.1 ou 1.0.", "The HTTP version must be 1.1 or 1.0.")
        }
        guard head.uri.utf8.count <= limits.target else { throw Problem.headersTooLarge() }
        var fields = FieldReader()
        for (name, value) in head.headers { fields.read(name, value) }
        isHTTP10 = head.version == .http1_0
        try Self.checkHost(fields, required: !isHTTP10)
        let isChunked = fields.transferCodings > 0
        guard !isChunked || fields.lengths == 0 && !isHTTP10 && fields.transferCodings == 1 && fields.isChunkedOnly else {
            throw Self.malformed(
                "La longueur du corps est annoncée de deux façons, ou d’une façon inconnue.",
                "The length of the body is announced in two ways, or in an unknown way.")
        }
        guard fields.lengths <= 1 else {
            throw Self.malformed("Content-Length figure plusieurs fois.", "Content-Length appears more than once.")
        }
        length = isChunked ? nil : fields.fields[.contentLength].flatMap { Int($0) } ?? 0
        hasBody = isChunked || length != 0
        method = Self.method(head.method)
        target = try Self.target(head.uri, method)
        // What asks for another protocol goes no further than its first answer.
        keepsAlive = head.isKeepAlive && !fields.upgrades && head.method != .CONNECT
        expectsContinue = fields.expectsContinue && !isHTTP10 && hasBody
        self.fields = fields.fields
    }

    private static func checkHost(_ fields: FieldReader, required: Bool) throws(Problem) {
        guard fields.hosts == 1 || !required && fields.hosts == 0 else {
            throw malformed("Le champ Host doit figurer une fois.", "The field Host must appear once.")
        }
        guard fields.hosts == 0 || isHost(fields.host) else {
            throw malformed("Le champ Host n’est pas un nom d’hôte.", "The field Host is not a host name.")
        }
    }

    /// A host name, an address, or nothing, then perhaps a port (RFC 3986, 3.2).
    private static func isHost(_ text: String) -> Bool {
        var name = text.utf8[...]
        var port: Substring.UTF8View?
        let end = name.last == UInt8(ascii: "]") ? nil : name.lastIndex(of: UInt8(ascii: ":"))
        if let end { (name, port) = (name[..<end], name[name.index(after: end)...]) }
        if let port, !port.isEmpty {
            guard port.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(Substring(port)), number <= 65_535 else {
                return false
            }
        }
        if name.first == UInt8(ascii: "[") {
            return name.last == UInt8(ascii: "]")
                && name.dropFirst().dropLast().allSatisfy { Hexadecimal.value(of: $0) != nil || $0 == 0x2E || $0 == 0x3A }
        }
        return name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
    }

    /// Path and query of an origin form or of an absolute form, whose authority is ours by definition.
    private static func target(_ uri: String, _ method: HTTPRequest.Method) throws(Problem) -> String {
        if uri.utf8.first == UInt8(ascii: "/") { return uri }
        if uri == "*", method == .options { return uri }
        for scheme in ["http://", "https://"] where uri.lowercased().hasPrefix(scheme) {
            let rest = uri.dropFirst(scheme.count)
            let start = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            guard isHost(String(rest[..<start])) else { break }
            return rest[start...].first == "/" ? String(rest[start...]) : "/" + rest[start...]
        }
        throw malformed("L’adresse demandée doit commencer par « / ».", "The request target must begin with “/”.")
    }

    private static func method(_ method: HTTPMethod) -> HTTPRequest.Method {
        switch method {
        case .GET: .get
        case .HEAD: .head
        case .POST: .post
        case .PUT: .put
        case .PATCH: .patch
        case .DELETE: .delete
        case .OPTIONS: .options
        // A method that NIO knows is a token.
        default: HTTPRequest.Method(method.rawValue) ?? .trace
        }
    }

    private static func malformed(_ french: String, _ english: String) -> Problem {
        Problem(.malformedRequest, Message(french, english))
    }
}

/// Sorts the fields of a request: what frames the message is counted, the rest is kept for the dispatcher.
private struct FieldReader {
    var fields = HTTPFields()
    var hosts = 0
    var host = ""
    var lengths = 0
    var transferCodings = 0
    var isChunkedOnly = true
    var upgrades = false
    var expectsContinue = false

    /// The names that most requests carry and that the service reads, so that none is parsed again and again.
    private static let known: [HTTPField.Name] = [
        .authorization, .accept, .acceptLanguage, .acceptEncoding, .ifNoneMatch, .ifMatch, .contentType, .contentLength,
        .xRequestID,
    ]

    mutating func read(_ name: String, _ value: String) {
        let length = name.utf8.count
        func isNamed(_ other: StaticString) -> Bool {
            other.utf8CodeUnitCount == length && Self.equal(name, other.utf8Start)
        }
        if isNamed("host") {
            hosts += 1
            host = value
            return
        }
        if isNamed("user-agent") || isNamed("connection") { return }
        if isNamed("transfer-encoding") {
            transferCodings += 1
            isChunkedOnly = isChunkedOnly && value.lowercased() == "chunked"
            return
        }
        if isNamed("content-length") { lengths += 1 }
        if isNamed("upgrade") { upgrades = true }
        if isNamed("expect"), value.lowercased() == "100-continue" { expectsContinue = true }
        let known = Self.known.first { known in
            known.canonicalName.utf8.count == length
                && zip(name.utf8, known.canonicalName.utf8).allSatisfy { Self.lowercased($0) == $1 }
        }
        if let name = known ?? HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }

    private static func equal(_ name: String, _ other: UnsafePointer<UInt8>) -> Bool {
        var index = 0
        for byte in name.utf8 {
            guard lowercased(byte) == other[index] else { return false }
            index += 1
        }
        return true
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
