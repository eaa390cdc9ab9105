import ActionPlans
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The server, seen from a command.
struct ServerClient {
    private let client: HTTPClient
    private let address: URL
    private let token: String?

    /// A plan of 20 MiB may take the server a minute.
    private static let patience: TimeAmount = .seconds(90)
    private static let largestAnswer = 64 << 20

    static func use<Value>(_ options: ServerOptions, _ body: (ServerClient) async throws -> Value) async throws -> Value {
        let address = try options.address()
        let token = try options.token()
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)))
        configuration.networkFrameworkWaitForConnectivity = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let value = try await body(ServerClient(client: client, address: address, token: token))
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    struct Request {
        var method = "GET"
        let path: String
        var query: [(name: String, value: String)] = []
        var accept = "application/json"
        var ifMatch: String?
        var body: (bytes: [UInt8], type: String)?

        init(_ path: String) {
            self.path = path
        }
    }

    /// - Throws: ``Failure`` of status 69 when no answer comes. An answer that refuses is returned as any other.
    func send(_ request: Request) async throws -> ServerAnswer {
        var outgoing = HTTPClientRequest(url: target(of: request))
        outgoing.method = .init(rawValue: request.method)
        outgoing.headers.add(name: "Accept", value: request.accept)
        outgoing.headers.add(name: "Accept-Language", value: Language.ofUser.rawValue)
        if let token { outgoing.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let ifMatch = request.ifMatch { outgoing.headers.add(name: "If-Match", value: ifMatch) }
        if let body = request.body {
            outgoing.headers.add(name: "Content-Type", value: body.type)
            outgoing.body = .bytes(body.bytes)
        }
        do {
            let response = try await client.execute(outgoing, timeout: Self.patience)
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            return ServerAnswer(
                status: Int(response.status.code), entityTag: response.headers.first(name: "ETag"),
                type: response.headers.first(name: "Content-Type") ?? "", bytes: Array(body.readableBytesView),
                hadToken: token != nil)
        } catch {
            throw Failure(
                .unavailable,
                Message(
                    "Le serveur \(address) ne répond pas (--url, JALON_URL).",
                    "The server \(address) does not answer (--url, JALON_URL)."),
                details: [Self.reason(error)])
        }
    }

    private func target(of request: Request) -> String {
        let base = address.absoluteString
        var target = (base.hasSuffix("/") ? String(base.dropLast()) : base) + request.path
        if !request.query.isEmpty {
            target += "?" + request.query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&")
        }
        return target
    }

    private static func escaped(_ text: String) -> String {
        var allowed = CharacterSet(charactersIn: "a"..."z")
        allowed.insert(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~,")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        return switch error as? HTTPClientError {
        case .connectTimeout?, .deadlineExceeded?, .readTimeout?: Message("délai dépassé", "timed out").shown
        case .remoteConnectionClosed?: Message("connexion coupée", "connection closed").shown
        default:
            String(describing: error).hasPrefix("handshakeFailed")
                ? Message("la négociation TLS a échoué", "the TLS handshake failed").shown : String(describing: error)
        }
    }
}
