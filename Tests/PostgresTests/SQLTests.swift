import Postgres
import RandomSeed
import Testing

@Suite("SQL literals")
struct SQLTests {
    @Test("a literal without interpolation is its own text")
    func plain() {
        let sql: SQL = "select 1"
        #expect(sql.text == "select 1")
    }

    @Test("an interpolated value becomes a numbered bind and never appears in the text")
    func binds() {
        let id = "TE-2022-ACH-03'; drop table actions; --"
        let version = 12
        let sql: SQL = "select 1 from actions where id = \(id) and version = \(version)"
        #expect(sql.text == "select 1 from actions where id = $1 and version = $2")
    }

    @Test("a string literal inside an interpolation is a bind, not a fragment")
    func literalInsideInterpolation() {
        let isUrgent = Bool.random()
        let sql: SQL = "select \("it's") || \(isUrgent ? "1; drop table x" : "b") || \("\(isUrgent)")"
        #expect(sql.text == "select $1 || $2 || $3")
    }

    @Test("an optional is a bind, nil or not")
    func optionals() {
        let missing: String? = nil
        let present: Int? = 3
        let sql: SQL = "select \(missing), \(present)"
        #expect(sql.text == "select $1, $2")
    }

    @Test("fragments are spliced and their binds renumbered, at any depth")
    func fragments() {
        let inner: SQL = "c = \(3)"
        let middle: SQL = "(b = \(2) or \(inner) or d = \(4))"
        let whole: SQL = "select 1 where a = \(1) and \(middle) and \(inner) and e = \(5)"
        #expect(whole.text == "select 1 where a = $1 and (b = $2 or c = $3 or d = $4) and c = $5 and e = $6")
    }

    @Test("fragments add up and join, also when there are none")
    func sums() {
        var sql = "select 1" as SQL + " where a = \(1)"
        sql.append(" and b = \(2)")
        sql += " and c = \(3)"
        #expect(sql.text == "select 1 where a = $1 and b = $2 and c = $3")
        let filters: [SQL] = ["a = \(1)", "true", "b = \("x")"]
        #expect(SQL.joined(filters, separator: " and ").text == "a = $1 and true and b = $2")
        #expect(SQL.joined([], separator: ", ").text == "")
        #expect(SQL.joined(["a"], separator: ", ").text == "a")
    }

    @Test("a choice between two fragments stays text")
    func choice() {
        let isAscending = Int.random(in: 0...9) > 9
        let order: SQL = isAscending ? "asc" : "desc"
        #expect(("order by id \(order)" as SQL).text == "order by id desc")
    }

    @Test("more than nine binds are numbered in decimal")
    func manyBinds() {
        let fragments = (1...120).map { "\($0)" as SQL }
        let text = SQL.joined(fragments, separator: " ").text
        #expect(text == (1...120).map { "$\($0)" }.joined(separator: " "))
    }
}

@Suite("Values as PostgreSQL text")
struct SQLValueTests {
    private func decode<Value: SQLDecodable>(_ text: String, as type: Value.Type = Value.self) -> Value? {
        var text = text
        return text.withUTF8 { Value.decode(sqlText: $0) }
    }

    @Test("integers are read up to their bounds and refused past them")
    func integers() {
        for value in [Int.min, Int.min + 1, -1, 0, 1, Int.max - 1, Int.max] {
            #expect(decode("\(value)", as: Int.self) == value)
        }
        #expect(decode("2147483647", as: Int32.self) == .max)
        #expect(decode("-2147483648", as: Int32.self) == .min)
        for text in ["2147483648", "-2147483649", "9223372036854775807"] { #expect(decode(text, as: Int32.self) == nil) }
        for text in ["9223372036854775808", "-9223372036854775809", "", "-", "+", "1.0", "1e2", " 1", "0x1", "१"] {
            #expect(decode(text, as: Int.self) == nil, "\(text)")
        }
    }

    @Test("booleans are exactly t and f")
    func booleans() {
        #expect(decode("t", as: Bool.self) == true)
        #expect(decode("f", as: Bool.self) == false)
        for text in ["", "true", "T", "1"] { #expect(decode(text, as: Bool.self) == nil) }
    }

    @Test("bytes are hexadecimal, and nothing else is bytes")
    func bytes() {
        #expect(([0, 255, 16] as [UInt8]).sqlText == "\\x00ff10")
        #expect(([] as [UInt8]).sqlText == "\\x")
        #expect(decode("\\x00ff10", as: [UInt8].self) == [0, 255, 16])
        for text in ["", "\\", "\\x0", "\\xzz", "00ff", "\\000"] { #expect(decode(text, as: [UInt8].self) == nil) }
    }

    @Test("array literals quote what is special")
    func arrayText() {
        #expect(["a", "b,c", "d\"e", "f\\g", "", "NULL"].sqlText == #"{"a","b,c","d\"e","f\\g","","NULL"}"#)
        #expect(["a", nil].sqlText == #"{"a",NULL}"#)
        #expect([1, -2].sqlText == #"{"1","-2"}"#)
        #expect([true, nil].sqlText == #"{"true",NULL}"#)
        #expect(([] as [String]).sqlText == "{}")
    }

    @Test("array literals are read as the server writes them, and malformed ones are refused")
    func arrayReading() {
        #expect(decode(#"{a,"b,c","d\"e","f\\g","","NULL"}"#, as: [String].self) == ["a", "b,c", "d\"e", "f\\g", "", "NULL"])
        #expect(decode("{}", as: [String].self) == [])
        #expect(decode("{1,NULL,-3}", as: [Int?].self) == [1, nil, -3])
        #expect(decode("{t,f}", as: [Bool].self) == [true, false])
        #expect(decode("{a,NULL}", as: [String].self) == nil)
        for text in [
            "", "{", "}", "a", "{a", "{a,}", "{,a}", "{\"a}", "{\"a\"b}", "{{a},{b}}", "[0:1]={a,b}", "{a\"b\"}", "{\"a\\}",
        ] {
            #expect(decode(text, as: [String].self) == nil, "\(text)")
        }
    }

    @Test("an enumeration with raw values conforms by declaration alone")
    func rawValues() {
        #expect(Season.spring.sqlText == "spring")
        #expect(decode("autumn", as: Season.self) == .autumn)
        #expect(decode("winter", as: Season.self) == nil)
    }

    @Test("random arrays of text survive writing and reading")
    func arrayRoundTrip() {
        var generator = Seed.fresh()
        for _ in 0..<2000 {
            let values = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                Bool.random(using: &generator) ? generator.text() : nil
            }
            #expect(decode(values.sqlText ?? "", as: [String?].self) == values)
        }
    }
}

enum Season: String, SQLEncodable, SQLDecodable, SQLArrayElement {
    case spring, autumn
}

@Suite("Errors")
struct DatabaseErrorTests {
    @Test("the description leaks neither message nor values; the log has everything on one line")
    func description() {
        var error = DatabaseError(.server, "duplicate\nkey", sqlState: "23505", statement: "insert into t values ($1)")
        error.detail = "Key (email)=(secret@example.org) already exists."
        #expect(error.description == "database: server, SQLSTATE 23505")
        #expect("\(error)" == error.description)
        #expect(
            error.logDescription == """
                database: server, SQLSTATE 23505: duplicate key; detail: Key (email)=(secret@example.org) already exists.; \
                statement: insert into t values ($1)
                """
        )
    }
}
