import ActionPlans
import Documents
import Foundation
import HTTPTypes
import Testing

@testable import JalonServer

/// Vectors of our own for RFC 8259, production by production (`JSONVectors/`).
@Suite("Strict JSON")
struct JSONVectorTests {
    static let rooms: [(name: String, vectors: [JSONVector])] = [
        ("white space", StructureVectors.whiteSpace), ("literals", StructureVectors.literals),
        ("arrays", StructureVectors.arrays),
        ("objects", StructureVectors.objects), ("names given twice", StructureVectors.duplicates),
        ("top level", StructureVectors.topLevel), ("integers", NumberVectors.integers), ("fractions", NumberVectors.fractions),
        ("exponents", NumberVectors.exponents), ("plain texts", StringVectors.plain), ("escapes", StringVectors.escapes),
        ("Unicode escapes", StringVectors.unicode), ("surrogates and NUL", StringVectors.surrogates),
        ("well-formed UTF-8", EncodingVectors.wellFormed), ("noncharacters", EncodingVectors.nonCharacters),
        ("ill-formed UTF-8", EncodingVectors.illFormed), ("other encodings", EncodingVectors.otherEncodings),
        ("depth", LimitVectors.levels), ("numbers of values", LimitVectors.many), ("long texts", LimitVectors.long),
    ]

    static let all = rooms.flatMap(\.vectors)

    private static func vectors(of room: String) -> [JSONVector] { rooms.first { $0.name == room }?.vectors ?? [] }

    @Test("each text is read as it should, or refused with its code at its place", arguments: rooms.map(\.name))
    func verdicts(room: String) throws {
        for vector in Self.vectors(of: room) {
            switch vector.verdict {
            case .accepted(let canonical):
                let read = Result { try JSONParser.parse(vector.bytes).canonical }
                #expect((try? read.get()) == canonical, "\(room): \(vector.testDescription): \(read)".prefixed)
            case .refused(let code, let line, let column, let pointer):
                let fault = try Self.told(vector)
                let name = "\(room): \(vector.testDescription): \(fault?.description ?? "accepted")".prefixed
                #expect(fault?["code"].text == code.rawValue, "\(name)")
                #expect(fault?["line"].number == line && fault?["column"].number == column, "\(name) not \(line):\(column)")
                #expect(fault?["pointer"].text == pointer.map { String($0.prefix(1_000)) }, "\(name)")
            }
        }
    }

    /// The fault as a client reads it; nil when the text is accepted.
    private static func told(_ vector: JSONVector) throws -> JSONValue? {
        do {
            _ = try JSONParser.parse(vector.bytes)
            return nil
        } catch {
            return try TestAnswer(Problem(error).answer(in: .french, instance: "")).json()["errors"][0]
        }
    }

    @Test("Foundation's parser comes to the same, wherever it is as strict", arguments: rooms.map(\.name))
    func foundation(room: String) throws {
        for vector in Self.vectors(of: room) where vector.sharedByFoundation && vector.bytes.count < 20_000 {
            let theirs = Result { try JSONTree(json: Data(vector.bytes)) }
            let ours = Result { try JSONTree(JSONParser.parse(vector.bytes)) }
            let isShared =
                switch (ours, theirs) {
                case (.success(let ours), .success(let theirs)): ours == theirs
                case (.failure, .failure): true
                default: false
                }
            #expect(
                isShared,
                "\(room): \(vector.testDescription): ours \(ours), theirs \(theirs)".prefixed)
        }
    }

    @Test("they are many, and none is there twice")
    func numbers() {
        #expect(Self.all.count >= 500)
        #expect(Set(Self.all.map(\.bytes)).count >= Self.all.count - 20, "the same text may belong to several productions")
        #expect(Self.all.count { $0.decision != nil } >= 50)
    }

    @Test("over HTTP: what is refused is 400 with its place, what is accepted reaches the rules of the operation")
    func overHTTP() async throws {
        try await TestServer.with { server in
            for vector in Self.all where vector.bytes.count < 10_000 {
                let answer = await server.send(raw: .post, "/v1/roadmaps?dry_run=true", bytes: vector.bytes)
                let problem = try answer.json()["type"].text
                if case .refused(_, let line, let column, _) = vector.verdict {
                    #expect(answer.status == 400 && problem == "/problems/malformed-request", "\(vector.testDescription)")
                    let fault = try answer.json()["errors"][0]
                    // An empty body is told without a place: it has none.
                    if !vector.bytes.isEmpty {
                        #expect(
                            fault["line"].number == line && fault["column"].number == column,
                            "\(vector.testDescription) \(answer.text)")
                    }
                } else {
                    #expect(answer.status == 422 && problem == "/problems/validation-failed", "\(vector.testDescription)")
                }
            }
        }
    }

    @Test("a member that is a whole number takes plain digits within its range, and says what else it found")
    func wholeNumbers() async throws {
        let vectors: [(literal: String, fault: String, detail: String)] = [
            ("1e2", "wrong-type", "« 1e2 »"), ("2.022e3", "wrong-type", "« 2.022e3 »"), ("2022.0", "wrong-type", "« 2022.0 »"),
            ("2022.5", "wrong-type", "chiffres"), ("2022E0", "wrong-type", "exposant"), ("1e400", "wrong-type", "exposant"),
            ("-0", "out-of-range", "2000"), ("0", "out-of-range", "2000"), ("-2022", "out-of-range", "2100"),
            ("1999", "out-of-range", "2000"), ("2101", "out-of-range", "2100"), ("9223372036854775807", "out-of-range", "2100"),
            ("9223372036854775808", "out-of-range", "2100"), ("-9223372036854775809", "out-of-range", "2100"),
            ("18446744073709551616", "out-of-range", "2100"), (String(repeating: "9", count: 400), "out-of-range", "2100"),
            (#""2022""#, "wrong-type", "un nombre entier et non un texte"),
            ("true", "wrong-type", "un nombre entier et non un booléen"),
            ("[2022]", "wrong-type", "un nombre entier et non une liste"),
            ("{}", "wrong-type", "un nombre entier et non un objet"),
        ]
        try await TestServer.with { server in
            for (literal, code, detail) in vectors {
                for member in ["first_year", "last_year"] {
                    let other = member == "first_year" ? #""title": "A""# : #""first_year": 2022"#
                    let answer = await server.send(
                        .post, "/v1/roadmaps?dry_run=true", body: #"{"ministry": "TE", \#(other), "\#(member)": \#(literal)}"#)
                    #expect(answer.status == 422, "\(literal): \(answer.text)")
                    #expect(try answer.faults().contains("\(code) /\(member)"), "\(literal): \(answer.text)")
                    let fault = try answer.json()["errors"].items.first { $0["pointer"].text == "/\(member)" }
                    #expect(fault?["detail"].text?.contains(detail) == true, "\(literal): \(answer.text)")
                }
            }
            let good = await server.send(.post, "/v1/roadmaps?dry_run=true", body: #"{"ministry": "TE", "first_year": 2022}"#)
            #expect(good.status == 201)
        }
    }
}

extension String {
    /// Short enough for a line of the log.
    fileprivate var prefixed: Comment { Comment(rawValue: String(prefix(600))) }
}
