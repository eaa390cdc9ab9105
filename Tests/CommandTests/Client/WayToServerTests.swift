import Foundation
import Testing

@testable import jalon

/// What stands between a user and the server: certificates, proxies, and programs that answer in Jalon's place.
@Suite("The way to the server", .serialized)
struct WayToServerTests {
    private static let figures = ["figures", "--year", "2022"]
    private static let unavailable = ExitStatus.unavailable.rawValue
    private static let settings = ExitStatus.configuration.rawValue

    private static func port(_ jalon: Installation) throws -> Int {
        try #require(jalon.environment["JALON_URL"].flatMap { URL(string: $0)?.port })
    }

    @Test("a private authority is trusted by SSL_CERT_FILE or SSL_CERT_DIR, and the message leads there")
    func authority() async throws {
        let certificates = try await Certificates()
        defer { certificates.folder.remove() }
        let security = try await certificates.identity(for: "localhost")
        try await Installation.with(serving: true) { jalon in
            try await LoopbackServer.with(security: security, before: try Self.port(jalon)) { server in
                for host in ["localhost", "127.0.0.1"] {
                    let url = "https://\(host):\(server.port)"
                    let refused = try await jalon.run(Self.figures, with: ["JALON_URL": url])
                    #expect(refused.status == Self.unavailable)
                    #expect(refused.messages.contains("autorité de confiance") && refused.messages.contains("SSL_CERT_FILE="))
                    #expect(refused.messages.contains("localhost"), "\(refused.messages)")
                    let trusted = try await jalon.run(
                        Self.figures, with: ["JALON_URL": url, "SSL_CERT_FILE": certificates.authority])
                    #expect(trusted.status == 0, "\(trusted.messages)")
                    // The folder holds keys and requests as well.
                    let folder = try await jalon.run(
                        Self.figures, with: ["JALON_URL": url, "SSL_CERT_DIR": certificates.folder.path])
                    #expect(folder.status == 0, "\(folder.messages)")
                }
                let url = "https://localhost:\(server.port)"
                for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
                    let missing = try await jalon.run(Self.figures, with: ["JALON_URL": url, variable: "/nowhere"])
                    #expect(missing.status == Self.settings && missing.messages.contains("\(variable) : aucun certificat"))
                }
            }
        }
    }

    @Test("a pipe in the place of certificates is refused, and passed over in a folder, for nobody writes into it")
    func pipes() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try #require(mkfifo(folder.file("pipe.pem"), 0o600) == 0)
        let url = ["JALON_URL": "https://127.0.0.1:1"]
        for (variable, place, words) in [
            ("SSL_CERT_FILE", folder.file("pipe.pem"), "n’est pas un fichier ordinaire"),
            ("SSL_CERT_FILE", folder.path, "n’est pas un fichier ordinaire"),
            ("SSL_CERT_FILE", "/dev/zero", "n’est pas un fichier"),
            ("SSL_CERT_DIR", folder.path, "aucun certificat en PEM"),
        ] {
            let run = try await Binary.run(Self.figures, environment: url.merging([variable: place]) { $1 })
            #expect(run.status == Self.settings && run.messages.contains("\(variable) : "), "\(run.messages)")
            #expect(run.messages.contains(words), "\(run.messages)")
        }
    }

    @Test("a certificate that expired, or that is another host's, is told as such")
    func faultyCertificates() async throws {
        let certificates = try await Certificates()
        defer { certificates.folder.remove() }
        let expired = try await certificates.identity(for: "localhost", until: "240229")
        let other = try await certificates.identity(for: "jalon.example")
        let trust = ["SSL_CERT_FILE": certificates.authority]
        try await LoopbackServer.with(security: expired, before: 1) { server in
            let run = try await Binary.run(
                Self.figures, environment: trust.merging(["JALON_URL": "https://localhost:\(server.port)"]) { $1 })
            #expect(run.status == Self.unavailable)
            #expect(run.messages.contains("a expiré le 2024-02-29"), "\(run.messages)")
        }
        try await LoopbackServer.with(security: other, before: 1) { server in
            let run = try await Binary.run(
                Self.figures, environment: trust.merging(["JALON_URL": "https://localhost:\(server.port)"]) { $1 })
            #expect(run.status == Self.unavailable)
            #expect(run.messages.contains("n’est pas celui de localhost : il vaut pour jalon.example"), "\(run.messages)")
        }
    }

    @Test("http and https taken for one another are told apart from a server that is away")
    func schemes() async throws {
        let certificates = try await Certificates()
        defer { certificates.folder.remove() }
        let security = try await certificates.identity(for: "localhost")
        try await LoopbackServer.with(security: security, before: 1) { server in
            let run = try await Binary.run(Self.figures, environment: ["JALON_URL": "http://localhost:\(server.port)"])
            #expect(run.status == Self.unavailable && run.messages.contains("https://"), "\(run.messages)")
        }
        try await LoopbackServer.with(decide: { _ in .answer("") }) { server in
            let port = server.port
            try await LoopbackServer.with(decide: { _ in .answer("HTTP/1.1 200 OK\r\n\r\n") }) { plain in
                let run = try await Binary.run(Self.figures, environment: ["JALON_URL": "https://localhost:\(plain.port)"])
                #expect(run.status == Self.unavailable, "\(run.messages)")
            }
            let cut = try await Binary.run(Self.figures, environment: ["JALON_URL": "http://localhost:\(port)"])
            #expect(cut.status == Self.unavailable && cut.messages.contains("coupée"), "\(cut.messages)")
        }
        let away = try await Binary.run(Self.figures, environment: ["JALON_URL": "http://127.0.0.1:1"])
        #expect(away.status == Self.unavailable && away.messages.contains("rien n’écoute"), "\(away.messages)")
        let unknown = try await Binary.run(Self.figures, environment: ["JALON_URL": "http://no-such-host.invalid"])
        #expect(unknown.status == Self.unavailable && unknown.messages.contains("aucune machine"), "\(unknown.messages)")
    }

    /// A proxy that reaches one server, whatever name it is asked for.
    private static func proxy(to port: Int, _ body: (LoopbackServer) async throws -> Void) async throws {
        try await LoopbackServer.with(
            decide: { head in
                if head.hasPrefix("CONNECT ") {
                    return .handOn(port: port, first: "HTTP/1.1 200 Connection established\r\n\r\n")
                }
                return .handOn(port: port, head: head.replacing("http://jalon.test", with: "", maxReplacements: 1))
            }, body)
    }

    @Test("plain requests go through http_proxy in absolute form, with its password; no_proxy and CGI are exceptions")
    func plainProxy() async throws {
        try await Installation.with(serving: true) { jalon in
            let port = try Self.port(jalon)
            try await Self.proxy(to: port) { proxy in
                let far = ["JALON_URL": "http://jalon.test"]
                for (name, scheme) in [("http_proxy", "http://"), ("HTTP_PROXY", ""), ("all_proxy", "http://")] {
                    let run = try await jalon.run(
                        Self.figures, with: far.merging([name: "\(scheme)moi:s%40crt@127.0.0.1:\(proxy.port)/"]) { $1 })
                    #expect(run.status == 0, "\(name): \(run.messages)")
                    let head = try #require(proxy.heads.last)
                    #expect(head.hasPrefix("GET http://jalon.test/v1/figures?year=2022 HTTP/1.1\r\n"), "\(head)")
                    #expect(head.contains("Host: jalon.test\r\n"))
                    let secret = Data("moi:s@crt".utf8).base64EncodedString()
                    #expect(head.contains("Proxy-Authorization: Basic \(secret)\r\n"))
                }
                let count = proxy.heads.count
                let at = "http://127.0.0.1:\(proxy.port)"
                let near = ["127.0.0.1", "example.org, 127.0.0.0/8", "*", "127.0.0.1:\(port)"]
                for exception in near {
                    let run = try await jalon.run(Self.figures, with: ["http_proxy": at, "no_proxy": exception])
                    #expect(run.status == 0 && proxy.heads.count == count, "\(exception)")
                }
                #expect(try await jalon.run(Self.figures, with: ["HTTP_PROXY": at, "REQUEST_METHOD": "GET"]).status == 0)
                #expect(proxy.heads.count == count)
                // Another port, and a proxy for the other scheme.
                for more in [["http_proxy": at, "no_proxy": "127.0.0.1:1"], ["https_proxy": "http://127.0.0.1:1"]] {
                    #expect(try await jalon.run(Self.figures, with: more).status == 0)
                }
                #expect(proxy.heads.count == count + 1)
            }
        }
    }

    @Test("https goes through a tunnel, so that the proxy never sees the token")
    func tunnel() async throws {
        let certificates = try await Certificates()
        defer { certificates.folder.remove() }
        let security = try await certificates.identity(for: "jalon.test")
        try await Installation.with(serving: true) { jalon in
            try await LoopbackServer.with(security: security, before: try Self.port(jalon)) { server in
                try await Self.proxy(to: server.port) { proxy in
                    let environment = [
                        "JALON_URL": "https://jalon.test", "SSL_CERT_FILE": certificates.authority,
                        "HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)",
                    ]
                    let run = try await jalon.run(["plan", "export", "TE-2022"], with: environment)
                    #expect(run.status == 1 && run.messages.contains("Introuvable"), "\(run.messages)")
                    let head = try #require(proxy.heads.first)
                    #expect(head.hasPrefix("CONNECT jalon.test:443 HTTP/1.1\r\n") && proxy.heads.count == 1, "\(proxy.heads)")
                    #expect(!head.contains("jalon_") && !head.contains("Authorization"))
                    // The certificate is looked at through the tunnel too.
                    let untrusted = try await jalon.run(Self.figures, with: environment.merging(["SSL_CERT_FILE": ""]) { $1 })
                    #expect(untrusted.messages.contains("(jalon.test)"), "\(untrusted.messages)")
                    #expect(untrusted.messages.contains("no_proxy=jalon.test"))
                }
            }
        }
    }

    @Test("a proxy that asks for a password, refuses, is away or of another kind is named, without its password")
    func refusingProxies() async throws {
        for (status, url, words) in [
            (407, "http://jalon.test", "demande un mot de passe"), (407, "https://jalon.test", "demande un mot de passe"),
            (403, "https://jalon.test", "jalon.test:443 (403)"),
        ] {
            try await LoopbackServer.with(
                decide: { _ in .answer("HTTP/1.1 \(status) No\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nNo") }
            ) { proxy in
                let at = "http://127.0.0.1:\(proxy.port)"
                let run = try await Binary.run(
                    Self.figures, environment: ["JALON_URL": url, "http_proxy": at, "https_proxy": at])
                #expect(run.status == Self.unavailable || status == 407, "\(run.status)")
                #expect(run.messages.contains(words) && run.messages.contains(at), "\(run.messages)")
            }
        }
        let away = try await Binary.run(
            Self.figures, environment: ["JALON_URL": "http://jalon.test", "http_proxy": "http://moi:s3cr3t@127.0.0.1:1"])
        #expect(away.status == Self.unavailable && away.messages.contains("Le mandataire http://127.0.0.1:1 (http_proxy)"))
        #expect(!away.messages.contains("s3cr3t"), "\(away.messages)")
        for value in ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://", "http://h:99999"] {
            let run = try await Binary.run(Self.figures, environment: ["JALON_URL": "http://jalon.test", "http_proxy": value])
            #expect(run.status == Self.settings && run.messages.contains("http_proxy"), "\(value): \(run.messages)")
        }
    }

    @Test("what answers in Jalon's place is told: a redirection with its address, a size, a gateway, a page")
    func inTheWay() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let plan = try folder.write(
            "ministry: TE\nfirst_year: 2022\ntitle: \(String(repeating: "x", count: 3 << 20))\nactions: []\n", to: "TE-2022.yaml")
        func page(_ status: String, _ fields: String = "") -> String {
            let text = "<html><head><title>\(status)</title></head><body>\(status)</body></html>"
            return
                "HTTP/1.1 \(status)\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\n\(fields)Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
        }
        func run(_ arguments: [String], _ answer: String) async throws -> (Binary.Run, [String]) {
            var heads: [String] = []
            var result: Binary.Run?
            try await LoopbackServer.with(
                // An apply first asks for the plan that is there.
                decide: { head in .answer(head.hasPrefix("GET ") && arguments.first == "plan" ? Self.absent : answer) }
            ) { server in
                result = try await Binary.run(
                    arguments, environment: ["JALON_URL": "http://127.0.0.1:\(server.port)"], in: folder)
                heads = server.heads
            }
            return (try #require(result), heads)
        }
        let moved = page("301 Moved Permanently", "Location: https://jalon.example/v1/x\r\n")
        let (redirected, heads) = try await run(["plan", "apply", plan], moved)
        #expect(redirected.status == 1)
        #expect(redirected.messages.contains("(301) : https://jalon.example/v1/x"), "\(redirected.messages)")
        #expect(heads.count == 2 && heads[1].hasPrefix("PUT "))
        let (large, _) = try await run(["plan", "apply", plan], page("413 Request Entity Too Large"))
        #expect(large.messages.contains("un envoi de 3,0 Mio (413)"), "\(large.messages)")
        let (gateway, _) = try await run(Self.figures, page("502 Bad Gateway"))
        #expect(gateway.status == Self.unavailable)
        #expect(gateway.messages.contains("devant Jalon") && gateway.messages.contains("nginx/1.22.1"), "\(gateway.messages)")
        let (portal, _) = try await run(Self.figures, page("200 Connectez-vous"))
        #expect(portal.status == 1 && portal.messages.contains("page : « 200 Connectez-vous »"), "\(portal.messages)")
        let (lost, _) = try await run(Self.figures, page("404 Not Found"))
        #expect(lost.status == 1 && lost.messages.contains("répondu 404"), "\(lost.messages)")
    }

    private static let absent =
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: 18\r\n\r\n{\"title\":\"Absent\"}"
}
