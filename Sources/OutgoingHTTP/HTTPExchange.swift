import CLibcurl
import Dispatch

/// One request and its answer by libcurl, over a connection of their own, through a proxy if there is one. No redirection is
/// followed, and nothing of the environment is read.
package struct HTTPExchange: Sendable {
    package struct Request: Sendable {
        package let method: String
        package let address: String
        package let fields: HTTPFieldList
        package let body: [UInt8]

        /// - Parameter address: in `http` or `https`, percent-encoded.
        package init(_ method: String = "GET", _ address: String, _ fields: HTTPFieldList = HTTPFieldList(), body: [UInt8] = []) {
            self.method = method
            self.address = address
            self.fields = fields
            self.body = body
        }
    }

    package struct Answer: Sendable {
        package let status: Int
        package let fields: HTTPFieldList
        package let body: [UInt8]
    }

    /// One that speaks HTTP.
    package struct Proxy: Sendable {
        let address: String
        let name: String?
        let password: String

        /// - Parameter address: `http://host:port`.
        package init(_ address: String, name: String?, password: String) {
            self.address = address
            self.name = name
            self.password = password
        }
    }

    let proxy: Proxy?
    let authorities: [UInt8]?
    let patience: Duration
    let largestAnswer: Int

    /// - Parameters:
    ///   - authorities: the certificates in PEM that are trusted in place of the system's.
    ///   - patience: for the whole of it.
    ///   - largestAnswer: in bytes of the body.
    package init(proxy: Proxy? = nil, authorities: [UInt8]? = nil, patience: Duration, largestAnswer: Int) {
        self.proxy = proxy
        self.authorities = authorities
        self.patience = patience
        self.largestAnswer = largestAnswer
    }

    /// - Throws: ``ExchangeFault`` when no answer came whole.
    package func answer(to request: Request) async throws -> Answer {
        try await onThread {
            let transfer = try Transfer(self, to: request.address)
            return try transfer.answer(to: request)
        }
    }

    /// The certificates that a server shows, its own first, none of them judged. Nothing is sent to it.
    package func certificates(at address: String) async throws -> [ShownCertificate] {
        try await onThread { try Transfer(self, to: address).certificates() }
    }

    /// libcurl waits, which must not hold up other tasks.
    private func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "exchange").async { continuation.resume(with: Result { try work() }) }
        }
    }
}

/// Fields of a head in their order, whose names have no case.
package struct HTTPFieldList: Sendable, ExpressibleByDictionaryLiteral {
    private(set) var lines: [(name: String, value: String)]

    package init() { lines = [] }

    package init(dictionaryLiteral elements: (String, String)...) {
        lines = elements.map { (name: $0.0, value: $0.1) }
    }

    package mutating func add(_ name: String, _ value: String) { lines.append((name, value)) }

    /// The first value of that name.
    package subscript(_ name: String) -> String? {
        lines.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// What a certificate says of itself.
package struct ShownCertificate: Sendable {
    /// The hosts and addresses that it is for.
    package let names: [String]
    /// In seconds since 1970; nil where it cannot be read.
    package let notBefore: Int?
    package let notAfter: Int?
}
