import JalonServer
import Postgres
import Testing

@testable import jalon

@Suite("`jalon migrate`")
struct MigrateCommandTests {
    @Test("tells the version and the steps to come without a change, and what to do with what it cannot bring up to date")
    func status() async throws {
        try await Installation.with { jalon in
            let now = Migration.version
            #expect(try await jalon.run(["migrate", "--status"]).output == "version \(now) ; rien à faire\n")
            #expect(try await jalon.run(["migrate"]).messages == "Le schéma version \(now) est déjà là.\n")

            let empty = try await jalon.run(["doctor"])
            #expect(empty.output.contains("justes pour 0\u{A0}feuille de route"), "\(empty.output)")

            try await jalon.change("update schema_versions set version = 1, serves_from = 1")
            let older = try await jalon.run(["migrate", "--status"])
            let steps = (2...now).map(String.init).joined(separator: ", ")
            #expect(older.status == 0 && older.output == "version 1 ; passages à venir : \(steps)\n", "\(older.output)")
            let english = try await jalon.run(["migrate", "--status"], with: ["LC_ALL": "en_GB.UTF-8"])
            #expect(english.output == "version 1; steps to come: \(steps)\n", "\(english.output)")
            let token = try await jalon.run(["token", "list"])
            #expect(token.status == 78 && token.messages.contains("« jalon migrate »"), "\(token.messages)")
            #expect(try await jalon.value("select max(version)::text from schema_versions") == "1")

            try await jalon.change("update schema_versions set version = \(now + 1), serves_from = \(now + 1)")
            let later = try await jalon.run(["migrate"])
            #expect(later.status == 78 && later.messages.contains("plus récente"), "\(later.messages)")
            let status = try await jalon.run(["migrate", "--status"])
            #expect(status.status == 78 && status.output.isEmpty && status.messages == later.messages, "\(status.messages)")
            let doctor = try await jalon.run(["doctor"])
            #expect(doctor.status == 1 && doctor.output.contains("ne revient pas en arrière"), "\(doctor.output)")
            #expect(!doctor.output.contains("Lancez « jalon migrate »"), "\(doctor.output)")
        }
    }

    @Test("says of a schema with a table of others what `jalon migrate` says, and ends as it does")
    func foreign() async throws {
        try await Installation.with(setUp: { try await $0.change("create table others (id int)") }) { jalon in
            let refused = try await jalon.run(["migrate"])
            let status = try await jalon.run(["migrate", "--status"])
            #expect(refused.status == 78 && refused.messages.contains("contient 1\u{A0}table, mais"), "\(refused.messages)")
            #expect(status.status == 78 && status.messages == refused.messages && status.output.isEmpty, "\(status.messages)")
        }
    }
}
