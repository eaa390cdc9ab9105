import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Preconditions by RFC 9110")
struct PreconditionTests {
    static let a = EntityTag("a")

    private static func conditions(_ match: String? = nil, _ noneMatch: String? = nil) throws -> Conditions {
        var fields = HTTPFields()
        fields[.ifMatch] = match
        fields[.ifNoneMatch] = noneMatch
        return try Conditions(fields)
    }

    private static func status(_ body: () throws -> Void) -> Int {
        do {
            try body()
            return 200
        } catch {
            return (error as? Problem)?.kind.status.code ?? 0
        }
    }

    @Test("lists are read as their grammar says, and nothing else is a tag")
    func grammar() throws {
        let good: [(value: String, names: Bool)] = [
            (#""a""#, true), (#" "a" "#, true), ("\t\"a\"\t", true), (#""b","a""#, true), (#""b" , "a""#, true),
            (#",,"a",,"#, true), (#""b",,"a""#, true),
            (#"W/"b","a""#, true), (#"W/"a""#, false), (#""A""#, false), (#""""#, false), (#""b""#, false), (#""b","c""#, false),
            (#""a,b""#, false),
            (#""*""#, false), (#""W/a""#, false), (#""!#$%&'()*+,-./:;<=>?@[\]^_`{|}~""#, false), (#""é""#, false), ("*", true),
            (" * ", true), ("", false),
            (",", false), (#""a\""#, false),
        ]
        for (value, names) in good {
            let status = Self.status { try Self.conditions(value).checkWrite(of: Self.a) }
            #expect(status == (names ? 200 : 412), "If-Match: \(value)")
        }
        let bad = [
            "a", "\"a", "a\"", "\"", "'a'", "“a”", "w/\"a\"", "W/a", "W/ \"a\"", "W\"a\"", "/\"a\"", "W/", "W", "\"a\" \"b\"",
            "\"a\"\"b\"", "\"a\"b", "\"a\";\"b\"", "*, \"a\"", "\"a\", *",
            "**", "\"a b\"", "\"a\tb\"", "\"\u{7F}\"", "\"a\u{1}\"", "\"a\"*", "W/*", "\"a\\\"b\"", "3",
        ]
        for value in bad {
            #expect(Self.status { _ = try Self.conditions(value) } == 400, "If-Match: \(value)")
            #expect(Self.status { _ = try Self.conditions(nil, value) } == 400, "If-None-Match: \(value)")
        }
        var fields = HTTPFields()
        fields.append(HTTPField(name: .ifMatch, value: #""b""#))
        fields.append(HTTPField(name: .ifMatch, value: #""a""#))
        #expect(Self.status { try Conditions(fields).checkWrite(of: Self.a) } == 200, "two lines are one list")
    }

    @Test("If-Match compares strongly and comes first, If-None-Match compares weakly")
    func comparisons() throws {
        let readings: [(match: String?, noneMatch: String?, status: Int)] = [
            (nil, nil, 200), (nil, #""a""#, 304), (nil, #"W/"a""#, 304), (nil, "*", 304), (nil, #""b", W/"a""#, 304),
            (nil, #""b""#, 200), (nil, "", 200),
            (#""a""#, nil, 200), ("*", nil, 200), (#"W/"a""#, nil, 412), (#""b""#, nil, 412), ("", nil, 412),
            (#""a""#, #""a""#, 304), (#""b""#, #""a""#, 412), ("*", #""b""#, 200), (#""b""#, "*", 412),
        ]
        for (match, noneMatch, status) in readings {
            var isUnmodified = false
            let found = Self.status { isUnmodified = try Self.conditions(match, noneMatch).isUnmodified(Self.a) }
            #expect((isUnmodified ? 304 : found) == status, "\(match ?? "-") \(noneMatch ?? "-")")
        }
        let writes: [(match: String?, noneMatch: String?, status: Int)] = [
            (nil, nil, 428), (nil, #""b""#, 428), (nil, "*", 412), (nil, #""a""#, 412), (nil, #"W/"a""#, 412),
            (nil, #""other""#, 412), (#""a""#, nil, 200),
            (#""other""#, nil, 200), ("*", nil, 200), (#"W/"a""#, nil, 412), (#""b""#, nil, 412), (#""a""#, #""b""#, 200),
            (#""a""#, #""a""#, 412), ("*", "*", 412),
        ]
        for (match, noneMatch, status) in writes {
            let found = Self.status {
                try Self.conditions(match, noneMatch).checkWrite(of: Self.a, or: [EntityTag("other")])
            }
            #expect(found == status, "\(match ?? "-") \(noneMatch ?? "-")")
        }
        let creations: [(match: String?, noneMatch: String?, status: Int)] = [
            (nil, nil, 200), (nil, "*", 200), (nil, #""a""#, 200), ("*", nil, 412), (#""a""#, nil, 412), (#""a""#, "*", 412),
        ]
        for (match, noneMatch, status) in creations {
            let found = Self.status { try Self.conditions(match, noneMatch).checkCreation() }
            #expect(found == status, "\(match ?? "-") \(noneMatch ?? "-")")
        }
    }

    @Test("a refusal tells a resource that exists already from one that has changed")
    func details() throws {
        func detail(_ match: String?, _ noneMatch: String?) throws -> String {
            let problem = try #require(throws: Problem.self) { try Self.conditions(match, noneMatch).checkWrite(of: Self.a) }
            #expect(problem.fields[.eTag] == Self.a.field)
            return problem.detail.french
        }
        #expect(try detail(nil, "*").contains("existe déjà"))
        #expect(try detail("*", "*").contains("existe déjà"))
        #expect(try detail(nil, #""a""#).contains("If-None-Match exclut"))
        #expect(try detail(#""b""#, nil).contains("a changé"))
        #expect(try detail(#"W/"a""#, nil).contains("faible") && detail(#"W/"b""#, nil).contains("faible"))
        #expect(try detail(#"W/"b", "c""#, nil).contains("a changé"))
    }

    @Test("a refusal tells a roadmap's tag that is sent to its plan or to an action, and the reverse")
    func foreign() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let (roadmap, plan) = ("/v1/roadmaps/TE-2022", "/v1/roadmaps/TE-2022/plan")
            let tags = [await server.send(.get, roadmap).tag, await server.send(.get, plan).tag]
            let document = #"{"ministry": "TE", "first_year": 2022, "actions": []}"#
            for (method, target, body, tag, expected) in [
                (HTTPRequest.Method.patch, roadmap, "{}", tags[1], "d’une autre ressource"),
                (.put, plan, document, tags[0], "d’une autre ressource"),
                (.patch, "/v1/actions/TE-2024-ACH-01", "{}", tags[0], "d’une autre ressource"),
                (.put, plan, document, "W/\(tags[1])", "faible"), (.patch, roadmap, "{}", "\"1.0.x.1\"", "a changé"),
                (.put, plan, document, "\"0-yaml\"", "a changé"),
            ] {
                let answer = await server.send(method, target, body: body, fields: ["If-Match": tag])
                let detail = try answer.json()["detail"].text ?? ""
                #expect(answer.status == 412 && detail.contains(expected), "\(method) \(target) \(tag): \(detail)")
            }
        }
    }

    @Test("every reading that has a tag honours If-Match, and none heeds a date or a range")
    func readings() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await server.database.write { session in
                _ = try session.execute("update tokens set last_used_on = paris_today()")
            }
            for operation in contract.operations where operation.responses[304] != nil {
                let good = try #require(ContractCases.find(operation, 200))
                let first = try await server.play(good, operation)
                for value in [first.tag, "*", "\"a\", \(first.tag)"] {
                    #expect(
                        try await server.play(good.with { $0.fields["If-Match"] = value }, operation).status == 200,
                        "\(operation.id)")
                }
                for value in ["\"a\"", "W/\(first.tag)"] {
                    let answer = try await server.play(good.with { $0.fields["If-Match"] = value }, operation)
                    #expect(answer.status == 412 && answer.tag == first.tag, "\(operation.id): \(answer.text)")
                    #expect(try answer.json()["type"].text == "/problems/precondition-failed")
                    try contract.check(answer, to: operation)
                }
                let heedless = try await server.play(
                    good.with {
                        $0.fields["If-Modified-Since"] = "Fri, 31 Dec 2100 23:59:59 GMT"
                        $0.fields["If-Unmodified-Since"] = "Sat, 01 Jan 2000 00:00:00 GMT"
                        $0.fields["Range"] = "bytes=0-1"
                        $0.fields["If-Range"] = first.tag
                    }, operation)
                #expect(heedless.status == 200 && heedless.text == first.text, "\(operation.id)")
                let silent = try await server.play(
                    good.with {
                        $0.fields["If-None-Match"] = first.tag
                        $0.fields["If-Modified-Since"] = "Sat, 01 Jan 2000 00:00:00 GMT"
                    }, operation)
                #expect(silent.status == 304 && silent.field("Vary") != nil && silent.field("Cache-Control") != nil)
            }
        }
    }

    @Test("a roadmap's tag follows the name of its ministry, which it shows")
    func ministryName() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = await server.send(.get, "/v1/roadmaps/TE-2024", as: .referent)
            let renamed = await server.send(
                .patch, "/v1/ministries/TE", as: .admin, body: #"{"names": [{"name": "Autre nom", "from": "2020-01-01"}]}"#,
                fields: ["If-Match": "*"])
            #expect(renamed.status == 200)
            let after = await server.send(.get, "/v1/roadmaps/TE-2024", as: .referent, fields: ["If-None-Match": before.tag])
            #expect(after.status == 200 && after.tag != before.tag)
            #expect(try after.json()["ministry_name"].text == "Autre nom")
        }
    }
}
