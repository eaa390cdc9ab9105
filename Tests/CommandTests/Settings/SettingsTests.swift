import Foundation
import JalonServer
import Testing

@testable import jalon

@Suite("The settings of the server")
struct SettingsTests {
    private static func faults(_ text: String, flags: [SettingName: String] = [:], isListening: Bool = false) throws -> [String] {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = try folder.write(text, to: "jalon.yaml")
        do {
            _ = try Settings(flags: flags, file: file, isListening: isListening)
            return []
        } catch {
            return error.details.map { $0.replacing(file, with: "jalon.yaml") }
        }
    }

    @Test("tell the faults of the file in the order of its lines, whatever overrides them, then the others")
    func order() throws {
        let text = """
            log_level: loud
            cors_origins: [nothing, here]
            port: true
            prot: 1
            base_path: jalon
            pool: 0
            """
        let faults = try Self.faults(
            text, flags: [.port: "8080", .pool: "x", .basePath: "/jalon", .corsOrigins: "https://a.test"])
        let places = faults.map { $0.split(separator: " ").first.map(String.init) ?? "" }
        #expect(
            places == [
                "jalon.yaml:1:12:", "jalon.yaml:2:15:", "jalon.yaml:2:15:", "jalon.yaml:3:7:", "jalon.yaml:4:7:",
                "jalon.yaml:5:12:",
                "jalon.yaml:6:7:", "--pool",
            ], "\(faults)")
        #expect(faults[3].contains("port : « true », il faut un entier"), "\(faults)")
        // What counts is told once.
        #expect(try Self.faults("port: true").count == 1)
        #expect(try Self.faults("port: ''\npool: 3", flags: [.port: "1"]).isEmpty)
    }

    @Test(
        "are the defaults where the file holds nothing, or nothing but comments", arguments: ["", "# port: 1\n", "---\n", "\n\n"])
    func empty(text: String) throws {
        #expect(try Self.faults(text).isEmpty)
        #expect(try Self.faults("- 1").count == 1)
    }

    @Test("tell of an address that nothing can listen on, by its setting, before the database is opened")
    func addresses() async throws {
        let told = try Self.faults("host: 127.0.0.300\nadmin_host: no-such-host.invalid\n", isListening: true)
        #expect(told.count == 2 && told.allSatisfy { $0.contains("aucune machine ne porte ce nom") }, "\(told)")
        #expect(told.first?.hasPrefix("jalon.yaml:1:7: host : « 127.0.0.300 »") == true, "\(told)")
        let elsewhere = try Self.faults("host: 192.0.2.1", isListening: true)
        #expect(elsewhere.first?.contains("cette machine n’a pas cette adresse") == true, "\(elsewhere)")
        let scopeless = try Self.faults("host: 'fe80::1'", isListening: true)
        #expect(scopeless.first?.contains("il faut une adresse de cette machine") == true, "\(scopeless)")
        // A name is looked up where the server is to listen alone, and where it counts.
        #expect(try Self.faults("host: no-such-host.invalid\n").isEmpty)
        #expect(try Self.faults("host: 192.0.2.1", flags: [.host: "127.0.0.1"], isListening: true).isEmpty)
        for host in ["127.0.0.1", "localhost", "0.0.0.0", "'::'", "'::1'"] {
            #expect(try Self.faults("host: \(host)", isListening: true).isEmpty, "\(host)")
        }
        let run = try await Binary.run(
            ["serve", "--admin-host", "127.0.0.300", "--admin-port", "0", "--log-format", "text"],
            environment: ["DATABASE_URL": "postgresql://127.0.0.1:1/x"])
        #expect(run.status == ExitStatus.configuration.rawValue)
        #expect(run.messages.hasPrefix("jalon: Configuration invalide.\n  --admin-host : « 127.0.0.300 »"), "\(run.messages)")
    }

    @Test(
        "refuse a base path that is the beginning of a path of the service",
        arguments: [
            ("/v1", true), ("/docs", true), ("/metrics", true), ("/livez", true), ("/readyz/", true), ("/openapi.yaml", true),
            ("/problems", true), ("/.well-known", true), ("/v1/roadmaps/TE-2022", true), ("/docs/figures", true),
            ("/jalon", false), ("/v1/jalon", false), ("/v2", false), ("/jalon/v1", false), ("/docs-jalon", false), ("/", false),
        ])
    func basePath(path: String, isRefused: Bool) throws {
        let faults = try Self.faults("base_path: \(path)")
        #expect(faults.isEmpty != isRefused, "\(faults)")
        #expect(!isRefused || faults.first?.contains("cacherait un chemin du service, /") == true, "\(faults)")
    }
}
