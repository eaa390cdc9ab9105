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

    package init(
        method: HTTPRequest.Method, target: String, fields: HTTPFields, peer: String? = nil,
        body: @escaping @Sendable (Int) async throws -> [UInt8]
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.peer = peer
        self.body = body
    }

    /// The same request to another target.
    func retargeted(_ target: String) -> IncomingRequest {
        target == self.target ? self : IncomingRequest(method: method, target: target, fields: fields, peer: peer, body: body)
    }

    package static let noBody: @Sendable (Int) async throws -> [UInt8] = { _ in [] }
}

extension IncomingRequest {
    /// What a browser asked for is answered with a page, an error too.
    var prefersPage: Bool { (method == .get || method == .head) && Negotiation.prefersPage(fields) }
}
