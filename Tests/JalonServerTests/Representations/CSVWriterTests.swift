import ActionPlans
import NIOCore
import Testing

@testable import JalonServer

@Suite("Tables in CSV")
struct CSVWriterTests {
    private static let row: [TableValue] = [
        .text("Réparer"), .number(1_234_567), .number(-3), TableValue(Percent(301, of: 1_000)), .flag(true),
        .list(["a.1", "b.2"]), .none,
    ]

    private static func written(_ values: [TableValue], _ decimal: CSVWriter.DecimalMark = .comma) -> String {
        var writer = CSVWriter(columns: ["a", "b"], decimal: decimal)
        for value in values { writer.cell(value) }
        writer.endRow()
        return writer.text
    }

    @Test("begin with a byte order mark, separate by semicolons and write decimals with a comma, or a point when asked")
    func form() {
        let comma = Self.written(Self.row)
        #expect(comma == "\u{FEFF}a;b\r\nRéparer;1234567;-3;30,1;true;\"a.1\nb.2\";\r\n")
        #expect(Self.written(Self.row, .point) == comma.replacing("30,1", with: "30.1"))
    }

    @Test("make no formula of a text, and leave a negative number a number")
    func formulas() {
        let row: [TableValue] = [.text("=1+1"), .text("-3"), .number(-3), .text("'=a"), .text("＝1")]
        #expect(Self.written(row).hasSuffix("'=1+1;'-3;-3;''=a;'＝1\r\n"))
        #expect(Self.written([.text("=\"a\";b"), .text("l'été")]).hasSuffix("\"'=\"\"a\"\";b\";l'été\r\n"))
    }

    @Test("begin each row at its first cell, however many pieces are taken out before")
    func pieces() {
        var writer = CSVWriter(columns: ["a"])
        _ = writer.takeBytes()
        writer.cell(.none)
        writer.cell(.number(1))
        writer.endRow()
        writer.cell(.number(2))
        #expect(String(buffer: writer.takeBytes()) == ";1\r\n2")
    }
}
