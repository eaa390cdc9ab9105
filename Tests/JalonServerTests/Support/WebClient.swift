import OutgoingHTTP

/// A client that the service has not written: libcurl.
enum WebClient {
    typealias Request = HTTPExchange.Request
    typealias Answer = HTTPExchange.Answer

    /// - Throws: when no answer has come after that time.
    static func send(_ request: Request, within patience: Duration) async throws -> Answer {
        try await HTTPExchange(patience: patience, largestAnswer: 1 << 24).answer(to: request)
    }
}

extension HTTPExchange.Answer {
    var text: String { String(decoding: body, as: UTF8.self) }
}
