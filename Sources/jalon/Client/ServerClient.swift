import ActionPlans
import FoundationEssentials
import JalonServer
import OutgoingHTTP

/// The server, seen from a command.
struct ServerClient {
    private let address: URL
    private let target: HTTPTarget
    private let proxy: Proxy?
    private let exchange: HTTPExchange
    private let token: String?
    private let patience: Patience

    /// As messages and files name the server.
    var name: String {
        address.absoluteString.hasSuffix("/") ? String(address.absoluteString.dropLast()) : address.absoluteString
    }

    /// A plan of 20 MiB may take the server a minute.
    private static let timeout = Duration.seconds(90)
    private static let largestAnswer = 64 << 20

    static func use<Value>(_ options: ServerOptions, _ body: (ServerClient) async throws -> Value) async throws -> Value {
        try await body(try ServerClient(options, ProcessInfo.processInfo.environment))
    }

    private init(_ options: ServerOptions, _ environment: [String: String]) throws(Failure) {
        address = try options.address()
        guard let target = HTTPTarget(address) else { throw ServerOptions.noAddress(address.absoluteString) }
        self.target = target
        token = try options.token()
        proxy = try Proxy.named(for: target, in: environment)
        exchange = HTTPExchange(
            proxy: proxy.map { HTTPExchange.Proxy($0.address, name: $0.user, password: $0.password) },
            authorities: target.isSecure ? try TrustedCertificates.given(environment) : nil, patience: Self.timeout,
            largestAnswer: Self.largestAnswer)
        patience = Patience(seconds: options.maxWait)
    }

    struct Request {
        var method = "GET"
        /// From the address of the server, or a link that an answer gave.
        let path: String
        var query: [(name: String, value: String)] = []
        var accept = "application/json"
        var ifMatch: String?
        var body: (bytes: [UInt8], type: String)?
        /// What to do where the answer is lost and the work may be done.
        var whenLost = Message(
            "C’est peut-être fait quand même : relancez la même commande, elle dira ce qui est déjà fait et ne le fera pas deux fois.",
            "It may be done nevertheless: run the same command again, it tells what is done already and does not do it twice.")
        fileprivate let isLink: Bool

        /// A rehearsal changes nothing either.
        fileprivate var changesNothing: Bool { method == "GET" || query.contains { $0.name == "dry_run" } }

        init(_ path: String) {
            self.path = path
            isLink = false
        }

        /// - Parameter link: as answers have it, which is from the root of the host.
        init(link: String) {
            path = link
            isLink = true
        }
    }

    /// Sends a request, and again when the server asks to come back later and tells when.
    /// - Throws: ``Failure`` of status 69 when no answer comes, of status 1 when one that grants is not of the kind that was asked
    ///   for: a page in Jalon's place, which must not be taken for data. An answer that refuses is returned as any other.
    func send(_ request: Request) async throws -> ServerAnswer {
        // A repeated POST must not do its work twice.
        let key = request.method == "POST" ? UUID().uuidString : nil
        var mayHaveBeenDone = false
        while true {
            var answer = try await sendOnce(request, key)
            answer.mayHaveBeenDone = mayHaveBeenDone
            guard try await patience.waits(for: answer) else {
                guard answer.isSuccess, !answer.isOfKind(asked: request) else { return answer }
                throw answer.foreign
            }
            // What was asked too often was not even looked at; a service that broke off may have finished the work.
            if answer.status == 503 { mayHaveBeenDone = true }
        }
    }

    private func sendOnce(_ request: Request, _ key: String?) async throws -> ServerAnswer {
        var fields: HTTPFieldList = [
            "Accept": request.accept, "Accept-Language": Language.ofUser.rawValue, "User-Agent": "jalon/\(Version.text)",
        ]
        if let token { fields.add("Authorization", "Bearer \(token)") }
        if let key { fields.add("Idempotency-Key", key) }
        if let ifMatch = request.ifMatch { fields.add("If-Match", ifMatch) }
        if let body = request.body { fields.add("Content-Type", body.type) }
        let body = request.body?.bytes ?? []
        do {
            let answer = try await exchange.answer(
                to: HTTPExchange.Request(request.method, target.address + (try path(of: request)), fields, body: body))
            return ServerAnswer(
                status: answer.status, entityTag: answer.fields["ETag"], type: answer.fields["Content-Type"] ?? "",
                bytes: answer.body, hadToken: token != nil, fields: answer.fields, sentBytes: body.count, proxy: proxy,
                target: target)
        } catch let fault as ExchangeFault {
            throw await ExchangeFailure(
                exchange: exchange, target: target, proxy: proxy, address: address.absoluteString,
                doubt: request.changesNothing ? nil : request.whenLost
            )
            .failure(fault)
        }
    }

    private func path(of request: Request) throws(Failure) -> String {
        if request.isLink {
            // One that leads elsewhere would take the token there.
            guard let link = URL(string: request.path, relativeTo: address)?.absoluteURL, HTTPTarget(link) == target else {
                let shown = Redaction.address(request.path)
                throw Failure(
                    .refused,
                    Message("La réponse mène à un autre serveur : \(shown)", "The answer leads to another server: \(shown)"))
            }
            return link.path(percentEncoded: true) + (link.query(percentEncoded: true).map { "?\($0)" } ?? "")
        }
        let base = address.path(percentEncoded: true)
        var path = (base.hasSuffix("/") ? String(base.dropLast()) : base) + request.path
        if !request.query.isEmpty {
            path += "?" + PercentEncoding.query(request.query)
        }
        return path
    }
}
