import HTTPTypes

/// A request as the channel hands it over.
package struct IncomingRequest: Sendable {
    package let method: HTTPRequest.Method
    /// Path and query as they were sent.
    package let target: String
    package let fields: HTTPFields
    /// The address of the other end, without its port; nil when it is not known.
    package let peer: String?
    /// Collects the body up to a number of bytes; throws ``ProblemKind/contentTooLarge`` beyond.
    package let body: @Sendable (Int) async throws -> [UInt8]
    /// Whether its connection was closed, so that nobody will read the answer.
    package let isAbandoned: @Sendable () -> Bool

    package init(
        method: HTTPRequest.Method, target: String, fields: HTTPFields, peer: String? = nil,
        isAbandoned: @escaping @Sendable () -> Bool = { false }, body: @escaping @Sendable (Int) async throws -> [UInt8]
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.peer = peer
        self.body = body
        self.isAbandoned = isAbandoned
    }

    /// The same request to another target.
    func retargeted(_ target: String) -> IncomingRequest {
        if target == self.target { return self }
        return IncomingRequest(
            method: method, target: target, fields: fields, peer: peer, isAbandoned: isAbandoned, body: body)
    }

    package static let noBody: @Sendable (Int) async throws -> [UInt8] = { _ in [] }
}

extension IncomingRequest {
    /// What a browser asked for is answered with a page, an error too.
    var prefersPage: Bool { (method == .get || method == .head) && Negotiation.prefersPage(fields) }
}
