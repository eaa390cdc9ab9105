import Foundation
import Postgres
import Testing

@testable import jalon

@Suite("The command's tokens and secrets")
struct TokenCommandTests {
    @Test("a token is revoked by its id or by its secret, which no message repeats")
    func revoke() async throws {
        try await Installation.with { jalon in
            let secrets = [try await jalon.token("reader"), try await jalon.token("admin")]
            let ids = secrets.map { $0.split(separator: "_")[1] }
            for (argument, id) in [(secrets[0], ids[0]), (String(ids[1]), ids[1])] {
                let run = try await jalon.run(["token", "revoke", argument])
                #expect(run.status == 0 && run.messages == "Jeton \(id) révoqué.\n", "\(run.messages)")
            }
            #expect(try await jalon.value("select count(*)::text from tokens where revoked_at is null") == "0")
            let other = "jalon_0000000000_" + String(repeating: "a", count: 38)
            for (arguments, status) in [
                (["token", "revoke", other], 1), (["token", "revoke", "--token", other], 64),
                (["figures", "--token=\(other)"], 64),
                (["token", "revoke", String(ids[0]) + "x"], 1), (["token", "create", "--role", other, "--label", "x"], 64),
                (["plan", "export", other], 64), (["snapshot", "verify", other, "--url", "http://u:\(other)@h"], 78),
                (["plan", "apply", other], 65),
            ] as [([String], Int32)] {
                let run = try await jalon.run(arguments)
                #expect(run.status == status, "\(arguments): \(run.status) \(run.messages)")
                #expect(!run.messages.contains("aaaa") && !run.output.contains("aaaa"), "\(run.messages)")
            }
        }
    }

    @Test("no message repeats the password of an address")
    func passwords() async throws {
        for (variable, value) in [
            ("JALON_URL", "https://u:s3cr3t@h/"), ("DATABASE_URL", "postgresql://u:s3cr3t@127.0.0.1:1/x"),
            ("DATABASE_URL", "host=127.0.0.1 port=1 password=s3cr3t"), ("DATABASE_URL", "host=127.0.0.1 port=1 pasword=s3cr3t"),
            ("DATABASE_URL", "postgresql://u:s3cr%3zt@h/x"), ("DATABASE_URL", "postgresql://u:p/s3cr3t@127.0.0.1:1/x"),
        ] {
            let command = variable == "JALON_URL" ? ["figures", "--year", "2022"] : ["token", "list"]
            for command in variable == "JALON_URL" ? [command] : [command, ["doctor"]] {
                let run = try await Binary.run(command, environment: [variable: value])
                #expect(run.status != 0)
                #expect(!(run.messages + run.output).contains("s3cr"), "\(value): \(run.messages)\(run.output)")
            }
        }
    }

    @Test("a fault is told once, by the flag that it is about")
    func once() async throws {
        try await Installation.with { jalon in
            let create = ["token", "create", "--role"]
            for (arguments, message) in [
                (["reader", "--label", ""], "jalon: --label : Le texte ne doit pas être vide.\n"),
                (
                    ["reader", "--label", "x", "--ministry", "TE"],
                    "jalon: --ministry : Seul le rôle « referent » porte des ministères.\n"
                ),
            ] {
                let run = try await jalon.run(create + arguments)
                #expect(run.status == 1 && run.messages == message, "\(run.messages)")
            }
            let several = try await jalon.run(create + ["reader", "--label", "", "--ministry", "TE", "--contact", "x"])
            let lines = several.messages.split(separator: "\n")
            #expect(lines.count == 4 && Set(lines).count == 4, "\(several.messages)")
        }
    }

    @Test("a date or a ministry that is none is told how to be written, in the user's language, before anything is opened")
    func typedValues() async throws {
        for (arguments, french, english) in [
            (["token", "create", "--role", "reader", "--label", "x", "--expires-on", "1/2/2027"], "AAAA-MM-JJ", "YYYY-MM-DD"),
            (["token", "renew", "--expires-on", "2027-02-30"], "AAAA-MM-JJ", "YYYY-MM-DD"),
            (["token", "create", "--role", "referent", "--label", "x", "--ministry", "é"], "par son code", "by its code"),
        ] {
            for (locale, form) in [("fr_FR.UTF-8", french), ("en_GB.UTF-8", english)] {
                let run = try await Binary.run(arguments, environment: ["LC_ALL": locale])
                #expect(run.status == 64 && run.messages.contains(form), "\(run.messages)")
            }
        }
        let help = try await Binary.run(["roadmaps", "--help"])
        #expect(help.output.ranges(of: "600").count == 1, "\(help.output)")
    }

    @Test("doctor speaks of the tokens that need to be replaced, and of no other")
    func doctor() async throws {
        try await Installation.with { jalon in
            for label in ["short", "long", "replaced", "later"] { _ = try await jalon.token("reader", label: label) }
            func tokens() async throws -> String {
                let run = try await jalon.run(["doctor", "--format", "json"])
                let checks = try #require(
                    (try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])?["checks"]
                        as? [[String: Any]])
                let check = try #require(checks.first { $0["code"] as? String == "tokens" })
                return (check["ok"] as? Bool) == true ? "" : (check["finding"] as? String ?? "?")
            }
            #expect(try await tokens() == "")
            let aged = "created_at = now() - interval '340 days', expires_at = now() + interval '20 days'"
            func change(_ members: String, of label: String) async throws {
                try await jalon.change(
                    """
                    update tokens set \(members) where id = (select min(t.id) from tokens t join principals p on p.id = t.principal
                        where p.label = '\(label)')
                    """)
            }
            try await change("expires_at = now() + interval '20 days'", of: "short")
            #expect(try await tokens() == "")
            _ = try await jalon.token("reader", label: "replaced")
            try await change(aged, of: "replaced")
            #expect(try await tokens() == "")
            try await change(aged, of: "long")
            let finding = try await tokens()
            #expect(finding.contains("(long, ") && !finding.contains("short") && !finding.contains("replaced"), "\(finding)")
        }
    }

    @Test("doctor names a young token that renewal has cut short, unless a token goes on for a month")
    func cut() async throws {
        try await Installation.with(serving: true) { jalon in
            let day = try await jalon.value("select (paris_today() + 1)::text")
            let month = try await jalon.value("select (paris_today() + 30)::text")
            for (label, arguments) in [
                ("tomorrow", ["--expires-on", day]), ("month", ["--expires-on", month]), ("year", []), ("revoked", []),
            ] {
                let secret = try await jalon.token("reader", label: label)
                let renewed = try await jalon.run(["token", "renew"] + arguments, with: ["JALON_TOKEN": secret])
                #expect(renewed.status == 0, "\(renewed.messages)")
                if label == "revoked" {
                    let new = renewed.output.trimmingCharacters(in: .whitespacesAndNewlines)
                    #expect(try await jalon.run(["token", "revoke", String(new.split(separator: "_")[1])]).status == 0)
                }
            }
            let run = try await jalon.run(["doctor"])
            #expect(run.status == 1 && run.output.contains("(tomorrow, ") && run.output.contains("(revoked, "), "\(run.output)")
            #expect(!run.output.contains("(month, ") && !run.output.contains("(year, "), "\(run.output)")
        }
    }
}
