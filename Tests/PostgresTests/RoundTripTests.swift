import Postgres
import RandomSeed
import Testing

extension ServerTests {
    @Suite("Binds and columns")
    struct RoundTripTests {
        @Test("binds are never executed as text")
        func injection() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int, v text)") }
                let attacks = [
                    "'; drop table t; --", "\"; drop table t; --", "\\'; drop table t; --", "$1", "$$; drop table t; $$",
                    "') ; delete from t where (''='", "%s %d", "\u{2019}; drop table t", "/* */", "E'\\x27'", "",
                ]
                for (index, attack) in attacks.enumerated() {
                    try await database.write { session in
                        try session.execute("insert into t values (\(index), \(attack))")
                        try session.execute("update t set v = v || \(attack) where id = \(index) and v = \(attack)")
                    }
                    let stored = try await database.fetch { session in
                        try session.one("select v from t where id = \(index)") { try $0.next(String.self) }
                    }
                    #expect(stored == attack + attack)
                }
            }
        }

        @Test("a NUL character is refused before anything is sent, alone or in an array")
        func nul() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (v text)") }
                for bind in ["a\0b", "\0", "\0; drop table t"] {
                    let error = try await databaseError {
                        try await database.write { try $0.execute("insert into t values (\(bind))") }
                    }
                    #expect(error.kind == .invalidText)
                    let inArray = try await databaseError {
                        try await database.write { try $0.execute("insert into t select unnest(\(["x", bind])::text[])") }
                    }
                    #expect(inArray.kind == .invalidText)
                    let inScript = try await databaseError {
                        try await database.write { try $0.script("select 1; \(bind)") }
                    }
                    #expect(inScript.kind == .invalidText)
                }
                let count = try await database.fetch { try $0.one("select count(*) from t") { try $0.next(Int.self) } }
                #expect(count == 0)
            }
        }

        @Test("every type comes back as it went")
        func everyType() async throws {
            try await withDatabase { database in
                try await database.fetch { session in
                    let sql: SQL = """
                        select \("é\"'\\")::text, \(Int.min)::int8, \(Int64.max)::int8, \(Int32.min)::int4, \(true)::bool,
                          \(0.1)::float8, \([0, 1, 255] as [UInt8])::bytea, \("ab".dropFirst())::text, \(Season.spring)::text
                        """
                    try session.one(sql) { row in
                        try #expect(row.next() == "é\"'\\")
                        try #expect(row.next() == Int.min)
                        try #expect(row.next() == Int64.max)
                        try #expect(row.next() == Int32.min)
                        try #expect(row.next() == true)
                        try #expect(row.next() == 0.1)
                        try #expect(row.next() == [0, 1, 255] as [UInt8])
                        try #expect(row.next() == "b")
                        try #expect(row.next() == Season.spring)
                    }
                }
            }
        }

        @Test("doubles come back bit for bit, the special ones too")
        func doubles() async throws {
            var generator = Seed.fresh()
            var values = [0, -0.0, 1, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 1e15, 1e16]
            while values.count < 200 {
                let value = Double(bitPattern: generator.next())
                if !value.isNaN { values.append(value) }
            }
            let sent = values
            try await withDatabase { database in
                let received = try await database.fetch { session in
                    try session.query("select v from unnest(\(sent)::float8[]) with ordinality as u (v, n) order by n") {
                        try $0.next(Double.self)
                    }
                }
                #expect(received.map(\.bitPattern) == sent.map(\.bitPattern))
                let isNaN = try await database.fetch {
                    try $0.one("select \(Double.nan)::float8") { try $0.next(Double.self).isNaN }
                }
                #expect(isNaN)
            }
        }

        @Test("NULL is nil where an optional is read, whatever the type")
        func nulls() async throws {
            try await withDatabase { database in
                try await database.fetch { session in
                    let sql: SQL = """
                        select \(nil as String?)::text, \(nil as Int?)::int, \(nil as [String]?)::text[], \(nil as [UInt8]?)::bytea, \
                        \("" as String?)::text, \(7 as Int?)::int
                        """
                    try session.one(sql) { row in
                        let text: String? = try row.next()
                        let number = try row.next(Int?.self)
                        let array: [String]? = try row.next()
                        let bytes: [UInt8]? = try row.next()
                        let empty: String? = try row.next()
                        let seven: Int? = try row.next()
                        #expect(text == nil && number == nil && array == nil && bytes == nil)
                        #expect(empty == "" && seven == 7)
                    }
                }
            }
        }

        @Test("arrays come back as they went: empty, NULL, quotes, backslashes, commas, braces, unicode")
        func arrays() async throws {
            let texts: [[String?]] = [
                [], [nil], [""], ["NULL", "null", nil], ["a\"b", "a\\b", "a,b", "{a}", " a ", "a\nb"],
                ["é", "中", "😀", "e\u{301}"],
            ]
            try await withDatabase { database in
                for text in texts {
                    let received = try await database.fetch {
                        try $0.one("select \(text)::text[]") { try $0.next([String?].self) }
                    }
                    #expect(received == text)
                }
                try await database.fetch { session in
                    let sql: SQL = """
                        select \([1, nil, -5] as [Int?])::bigint[], \([3, 4])::bigint[], \([true, nil])::bool[], \([true, false])::bool[],
                          \(["a", "b"])::text[], \([Season.autumn])::text[]
                        """
                    try session.one(sql) { row in
                        try #expect(row.next([Int?].self) == [1, nil, -5])
                        try #expect(row.next([Int].self) == [3, 4])
                        try #expect(row.next([Bool?].self) == [true, nil])
                        try #expect(row.next([Bool].self) == [true, false])
                        try #expect(row.next([String].self) == ["a", "b"])
                        try #expect(row.next([Season].self) == [.autumn])
                    }
                }
            }
        }

        @Test("random texts and arrays come back from the server as they went")
        func randomRoundTrip() async throws {
            var generator = Seed.fresh()
            let texts = (0..<500).map { _ in generator.text() }
            let bytes = (0..<1000).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try await withDatabase { database in
                let received = try await database.read { session in
                    let single = try texts.map { text in
                        try session.one("select \(text)::text") { try $0.next(String.self) }
                    }
                    let array = try session.one("select \(texts)::text[]") { try $0.next([String].self) }
                    let rows = try session.query("select v from unnest(\(texts)::text[]) with ordinality as u (v, n) order by n")
                    {
                        try $0.next(String.self)
                    }
                    let blob = try session.one("select \(bytes)::bytea") { try $0.next([UInt8].self) }
                    return (single, array, rows, blob)
                }
                // By scalars: Swift's own == takes canonically equivalent texts for the same.
                let sent = texts.map { Array($0.unicodeScalars) }
                #expect(received.0.map { Array($0.unicodeScalars) } == sent)
                #expect(received.1.map { Array($0.unicodeScalars) } == sent)
                #expect(received.2.map { Array($0.unicodeScalars) } == sent)
                #expect(received.3 == bytes)
            }
        }

        @Test("a decoding error names the column, its position and the type, never the value")
        func decodingErrors() async throws {
            try await withDatabase { database in
                let wrong = try await databaseError {
                    try await database.fetch { session in
                        try session.one("select 1 as id, 'geheim' as planned_start") { row in
                            _ = try row.next(Int.self)
                            return try row.next(Int.self)
                        }
                    }
                }
                #expect(wrong.kind == .decoding && wrong.column == "planned_start")
                #expect(wrong.message == "column 2 (planned_start) is not a Int")
                #expect(wrong.statement == "select 1 as id, 'geheim' as planned_start")
                let null = try await databaseError {
                    try await database.fetch { try $0.one("select null::text as title") { try $0.next(String.self) } }
                }
                #expect(null.kind == .decoding && null.column == "title" && null.message.contains("NULL"))
                let absent = try await databaseError {
                    try await database.fetch { session in
                        try session.one("select 1 as id") { row in
                            _ = try row.next(Int.self)
                            return try row.next(Int.self)
                        }
                    }
                }
                #expect(absent.kind == .decoding)
            }
        }

        @Test("columns are also found by name, in any order")
        func byName() async throws {
            try await withDatabase { database in
                try await database.fetch { session in
                    try session.one("select 1 as a, 'x' as b, null::int as c") { row in
                        try #expect(row.column("b", as: String.self) == "x")
                        try #expect(row.column("a", as: Int.self) == 1)
                        try #expect(row.column("c", as: Int?.self) == nil)
                        #expect(throws: DatabaseError.self) { try row.column("d", as: Int.self) }
                        row.skip()
                        try #expect(row.next(String.self) == "x")
                    }
                }
            }
        }

        @Test("one, first and execute hold to their numbers of rows")
        func rowCounts() async throws {
            try await withDatabase { database in
                try await database.write { session in
                    try session.script("create table t (id int); insert into t select generate_series(1, 3)")
                    try #expect(session.first("select id from t where id = 2") { try $0.next(Int.self) } == 2)
                    try #expect(session.first("select id from t where id = 9") { try $0.next(Int.self) } == nil)
                    try #expect(session.execute("update t set id = id + 10 where id > 1") == 2)
                    try #expect(session.execute("delete from t where id = 100") == 0)
                    for sql in ["select id from t", "select id from t where false"] as [SQL] {
                        let error = #expect(throws: DatabaseError.self) { try session.one(sql) { try $0.next(Int.self) } }
                        #expect(error?.kind == .unexpectedRowCount)
                    }
                    let error = #expect(throws: DatabaseError.self) {
                        try session.first("select id from t") { try $0.next(Int.self) }
                    }
                    #expect(error?.kind == .unexpectedRowCount)
                }
            }
        }
    }
}
