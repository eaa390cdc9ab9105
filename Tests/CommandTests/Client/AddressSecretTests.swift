import JalonServer
import Testing

@testable import jalon

@Suite("A secret in an address")
struct AddressSecretTests {
    private static let addresses = [
        "moi:S3CRET@h", "//moi:S3CRET@h", "http:moi:S3CRET@h", "http:/moi:S3CRET@h", "http://moi:S3CRET@h", "ftp://moi:S3CRET@h",
        "http://moi:a@S3CRET@h", "http://moi:12/S3CRET@h", "http://moi:a?S3CRET@h", "http://moi:a#S3CRET@h", "http://:S3CRET@h",
        "http://S3CRET@h", "http://moi:S3CRET%40h", "http://h/?token=S3CRET", "http://h?S3CRET", "http://h/?a=b@S3CRET",
        "h/?token=S3CRET", "http://h/#S3CRET", "http://h h/?x=S3CRET", "moi:S3CRET@h:8080/jalon",
    ]

    @Test("is not told again when the address is refused, by --url or JALON_URL", arguments: addresses)
    func server(address: String) async throws {
        for run in [
            try await Binary.run(["actions", "--url", address]),
            try await Binary.run(["actions"], environment: ["JALON_URL": address]),
        ] {
            #expect(run.status == ExitStatus.configuration.rawValue && run.output.isEmpty)
            #expect(
                run.messages.contains("n’est pas l’adresse d’un serveur") && !run.messages.contains("S3CRET"), "\(run.messages)")
        }
    }

    @Test(
        "with a name in accents is refused with what to write instead",
        arguments: ["http://épée.fr", "https://%C3%A9p%C3%A9e.fr:8080/jalon"])
    func accents(address: String) async throws {
        let run = try await Binary.run(["actions", "--url", address])
        #expect(run.status == ExitStatus.configuration.rawValue && run.messages.contains("xn--"), "\(run.messages)")
    }

    @Test("is not told again when it is a proxy's, refused or away", arguments: addresses)
    func proxy(address: String) async throws {
        for (url, name) in [("http://jalon.invalid", "http_proxy"), ("https://jalon.invalid", "https_proxy")] {
            let address = address.replacing("h:8080", with: "127.0.0.1:1").replacing("@h", with: "@127.0.0.1:1")
            let run = try await Binary.run(["actions"], environment: ["JALON_URL": url, name: address])
            #expect(run.status != 0 && !run.messages.contains("S3CRET"), "\(run.messages)")
            #expect(run.messages.contains(name) && !run.messages.contains("//moi:12"), "\(run.messages)")
        }
    }

    @Test(
        "is not told again where it was typed as something else", arguments: ["moi:S3CRET@h", "http://h/plan.yaml?token=S3CRET"])
    func elsewhere(address: String) async throws {
        for arguments in [["actions", address], ["plan", "validate", address], ["serve", "--cors-origins", address]] {
            let run = try await Binary.run(arguments)
            #expect(run.status != 0 && !(run.messages + run.output).contains("S3CRET"), "\(run.messages)\(run.output)")
        }
    }

    @Test("is not told again where an answer leads to it")
    func redirection() async throws {
        let answer = "HTTP/1.1 302 Found\r\nLocation: https://moi:S3CRET@sso.test/in?state=S3CRET\r\nContent-Length: 0\r\n\r\n"
        try await LoopbackServer.with(decide: { _ in .answer(answer) }) { server in
            let run = try await Binary.run(["actions"], environment: ["JALON_URL": "http://127.0.0.1:\(server.port)"])
            #expect(run.messages.contains("https://…@sso.test/in?…") && !run.messages.contains("S3CRET"), "\(run.messages)")
        }
    }

    @Test(
        "takes nothing from what has none",
        arguments: [
            "http://h:8080/jalon", "mailto:a@b.fr", "TE-2022.yaml:3:4: /actions/0: contact a@b.fr", "le 12:30 à a@b",
            "[::1]:8080",
        ])
    func plain(text: String) {
        #expect(Redaction.withoutPasswords(text) == text)
    }

    @Test(
        "a password with an @ that is not escaped is told, with what to write, and no end of it is quoted",
        arguments: ["postgresql://u:Abcdef12@x9@127.0.0.1:1/x", "postgresql://u:S3cr@Qy/z@127.0.0.1:1/x"])
    func unescaped(address: String) async throws {
        let run = try await Binary.run(["migrate", "--status"], environment: ["DATABASE_URL": address])
        #expect(run.status == ExitStatus.unavailable.rawValue && run.messages.contains("write %40"), "\(run.messages)")
        #expect(!["x9", "Qy", "cdef", "S3cr"].contains { run.messages.contains($0) }, "\(run.messages)")
    }
}
