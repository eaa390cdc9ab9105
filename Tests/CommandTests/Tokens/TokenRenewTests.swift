import Foundation
import Postgres
import Testing

@testable import jalon

@Suite("The command that renews a token")
struct TokenRenewTests {
    @Test("writes the new secret alone, which goes on under the same principal; the old one stays good")
    func renew() async throws {
        try await Installation.with(serving: true) { jalon in
            let run = try await jalon.run(["token", "renew"])
            #expect(run.status == 0, "\(run.messages)")
            let new = run.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(new.hasPrefix("jalon_") && !run.messages.contains(new.suffix(20)) && run.messages.contains("un jour au plus"))
            for token in [[:], ["JALON_TOKEN": new]] {
                #expect(try await jalon.run(["actions"], with: token).status == 0)
            }
            #expect(try await jalon.value("select count(distinct principal)::text || ' ' || count(*) from tokens") == "1 2")
            let list = try await jalon.run(["token", "list", "--format", "csv"])
            #expect(list.output.contains("principal") && list.output.contains("renewed_from"))
            let refused = try await jalon.run(["token", "renew", "--expires-on", "2199-01-01"])
            #expect(refused.status == 1 && refused.messages.contains("dans un an"), "\(refused.messages)")
            let nobody = try await jalon.run(["token", "renew"], with: ["JALON_TOKEN": "jalon_0000000000_x"])
            #expect(nobody.status == 77, "\(nobody.messages)")
        }
    }

    @Test("tells the last day in Paris, as `create`, `list` and `doctor` do")
    func lastDay() async throws {
        try await Installation.with(serving: true) { jalon in
            // Its last instant, in the evening of Greenwich, is the day before there.
            let day = try await jalon.value("select (paris_today() + 10)::text")
            let created = try await jalon.run(["token", "create", "--role", "reader", "--label", "x", "--expires-on", day])
            #expect(created.status == 0 && created.messages.contains("jusqu’au \(day)."), "\(created.messages)")
            let renewed = try await jalon.run(["token", "renew", "--expires-on", day])
            #expect(renewed.status == 0 && renewed.messages.contains("jusqu’au \(day)."), "\(renewed.messages)")
            let list = try await jalon.run(["token", "list"])
            #expect(list.lines.filter { $0.contains(day) }.count == 2, "\(list.output)")
            for (instant, expected) in [
                ("2026-06-30T22:00:00.000000Z", "2026-06-30"), ("2026-06-30T22:00:00.000001Z", "2026-07-01"),
                ("2026-12-31T23:00:00Z", "2026-12-31"), ("2026-12-31T23:00:01Z", "2027-01-01"), ("?", "?"),
            ] {
                #expect(ParisDate.lastDay(before: instant) == expected)
            }
        }
    }

    @Test("a new secret that cannot be written is revoked, and the old one stays good", arguments: [">/dev/full", ">&-"])
    func lost(redirection: String) async throws {
        try await Installation.with(serving: true) { jalon in
            let run = try await jalon.run(["token", "renew"], redirection: redirection)
            #expect(run.status == ExitStatus.unwritable.rawValue && run.messages.contains("a été révoqué"), "\(run.messages)")
            #expect(!run.messages.contains("jalon_"))
            let revoked = try await jalon.value(
                "select string_agg((revoked_at is not null)::text, ',' order by renewed_from is null) from tokens")
            #expect(revoked == "true,false")
            #expect(try await jalon.run(["actions"]).status == 0)
        }
    }

    @Test("a token is created for a principal that is there, and all of a principal are revoked at once")
    func principal() async throws {
        try await Installation.with { jalon in
            _ = try await jalon.token("reader", label: "Tableau")
            let principal = try await jalon.value("select id from principals")
            let more = try await jalon.run(["token", "create", "--principal", principal])
            #expect(more.status == 0 && more.output.hasPrefix("jalon_"), "\(more.messages)")
            let id = more.output.split(separator: "_")[1]
            for (arguments, status, message) in [
                (["--principal", "0000000000"], 1, "jalon token list"),
                (["--principal", principal, "--label", "x"], 64, "ni --label"), (["--label", "x"], 64, "--role et --label"),
            ] as [([String], Int32, String)] {
                let run = try await jalon.run(["token", "create"] + arguments)
                #expect(run.status == status && run.messages.contains(message), "\(run.messages)")
            }
            let run = try await jalon.run(["token", "revoke", "--all", String(id)])
            #expect(run.status == 0 && run.messages.split(separator: "\n").count == 2, "\(run.messages)")
            #expect(try await jalon.value("select count(*)::text from tokens where revoked_at is null") == "0")
            let again = try await jalon.run(["token", "revoke", "--all", String(id)])
            #expect(again.status == 0 && again.messages.contains("déjà"), "\(again.messages)")
        }
    }
}
