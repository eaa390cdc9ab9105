import Foundation
import HTTPTypes
import Testing

@testable import JalonServer

/// Plays the examples of `docs/figures.md` in their order, as a reader would.
///
/// A block `http` is a request. A block `json` is what the last one answered, shortened: of an object some members, of the
/// lists in `long` some items in their order. A table whose first column is headed `question` has a query of the figures on
/// each row, and in its heading the pointers of what the other cells say. A value `{name}` is what the service gave; later
/// requests may send it. A percentage in the text between is a number of the blocks.
@Suite("The page about the figures")
struct FigurePageTests {
    @Test(
        "its examples are what the service answers",
        arguments: [("Une action, trois saisies dans le désordre", 5, 1, 6), ("Trois exemples", 10, 5, 5)])
    func examples(title: String, requests: Int, answers: Int, rows: Int) async throws {
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let start = try #require(page.range(of: "\n## \(title)\n"))
        let end = try #require(page.range(of: "\n## ", range: start.upperBound..<page.endIndex))
        var reader = PageReader(text: String(page[start.upperBound..<end.lowerBound]))
        try await TestServer.with { server in
            while let piece = reader.next() {
                switch piece {
                case .request(let text): try await reader.play(text, on: server)
                case .answer(let text): try reader.compare(text)
                case .table(let lines): try await reader.playTable(lines, on: server)
                }
            }
        }
        // The page still has examples to play.
        #expect(reader.played >= requests && reader.compared >= answers && reader.rows >= rows)
        // What is said between the blocks is said of their numbers.
        let said = reader.prose.matches(of: /([0-9]+),([0-9])(?![0-9])/).compactMap { Int($0.1 + $0.2) }
        #expect(Set(said).subtracting(reader.tenths).isEmpty && (!said.isEmpty || answers == 1), "\(said)")
    }

    private static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../docs/figures.md")
}

private struct PageReader {
    enum Piece {
        case request(String)
        case answer(String)
        case table([String])
    }

    /// Lists of which the page may leave out items.
    private static let long = ["/rates", "/by_ministry", "/moves"]

    private var lines: ArraySlice<String>
    private var last = JSONValue(NSNull())
    private var names: [String: String] = [:]
    private(set) var played = 0
    private(set) var compared = 0
    private(set) var rows = 0
    /// What stands outside the blocks and the tables that are played.
    private(set) var prose = ""
    /// Each number of the blocks, in tenths, and the differences between the two rates of comparisons.
    private(set) var tenths: Set<Int> = []

    init(text: String) { lines = text.components(separatedBy: "\n")[...] }

    mutating func next() -> Piece? {
        while let line = lines.popFirst() {
            if line == "```http" || line == "```json" {
                let block = lines.prefix { $0 != "```" }
                lines = lines.dropFirst(block.count + 1)
                let text = block.joined(separator: "\n")
                return line == "```http" ? .request(text) : .answer(text)
            }
            if line.hasPrefix("| question |") {
                let rows = lines.prefix { $0.hasPrefix("|") }
                lines = lines.dropFirst(rows.count)
                return .table([line] + rows)
            }
            prose += line + "\n"
        }
        return nil
    }

    /// Sends a request: writes as the coordination, reads without a token unless the page shows one.
    mutating func play(_ text: String, on server: TestServer) async throws {
        let parts = text.split(separator: "\n\n", maxSplits: 1).map(String.init)
        let head = try #require(parts.first?.components(separatedBy: "\n"))
        let request = head[0].split(separator: " ").map(String.init)
        let method = try #require(HTTPRequest.Method(rawValue: request[0]))
        var fields: [String: String] = [:]
        for line in head.dropFirst() {
            let pair = line.split(separator: ": ", maxSplits: 1).map(String.init)
            fields[pair[0]] = pair[1]
        }
        let isRead = method == .get && fields.removeValue(forKey: "Authorization") == nil
        let answer = await server.send(
            method, filled(request[1]), as: isRead ? .anonymous : .coordinator, body: parts.count > 1 ? parts[1] : nil,
            type: fields.removeValue(forKey: "Content-Type") ?? "", fields: fields)
        try #require([200, 201].contains(answer.status), "\(text)\n\(answer.text)")
        last = try answer.json()
        played += 1
    }

    mutating func compare(_ text: String) throws {
        let shown = try JSONValue(JSONSerialization.jsonObject(with: Data(text.utf8)))
        var faults: [String] = []
        match(shown, last, at: "", &faults)
        #expect(faults.isEmpty, "the page differs from the answer:\n\(faults.joined(separator: "\n"))")
        let counts = [shown, last].map { $0["moves"].items.compactMap(\.["count"].number).reduce(0, +) }
        #expect(shown["moves"].isNull || counts[0] == counts[1], "a cause is missing on the page")
        note(shown)
        let rates = ["to", "from"].compactMap { last[$0]["realisees_identifiees"]["value"].decimal }
        if rates.count == 2 { tenths.insert(Int((10 * (rates[0] - rates[1])).rounded())) }
        compared += 1
    }

    private mutating func note(_ shown: JSONValue) {
        if let number = shown.decimal { tenths.insert(Int((10 * number).rounded())) }
        for value in shown.items + Array(shown.members.values) { note(value) }
    }

    mutating func playTable(_ table: [String], on server: TestServer) async throws {
        let pointers = Self.cells(table[0]).dropFirst().map { $0.firstMatch(of: /`(\/[^`]+)`/).map { String($0.1) } ?? "" }
        for row in table.dropFirst(2) {
            let cells = Self.cells(row)
            let query = filled(cells[0].replacing("`", with: ""))
            let answer = try await server.send(.get, "/v1/figures?\(query)", as: .anonymous).json()
            for (pointer, cell) in zip(pointers, cells.dropFirst()) {
                let isSo = Self.says(cell, answer, pointer)
                #expect(isSo, "\(query) \(pointer): the page says \(cell)")
            }
            rows += 1
        }
    }

    private static func cells(_ row: String) -> [String] {
        row.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " ")) }
    }

    private static func says(_ cell: String, _ answer: JSONValue, _ pointer: String) -> Bool {
        let value = pointer.split(separator: "/").reduce(answer) { value, step in
            Int(step).map { value[$0] } ?? value[String(step)]
        }
        if value.isNull { return cell == "null" }
        return value.text.map { $0 == cell } ?? (value.decimal == Double(cell.replacing(",", with: ".")))
    }

    private func filled(_ target: String) -> String {
        names.reduce(target) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// Whether what is shown is in the answer, and what the answer gives to the names.
    private mutating func match(_ shown: JSONValue, _ given: JSONValue, at place: String, _ faults: inout [String]) {
        if let name = shown.text?.wholeMatch(of: /\{([a-z]+)\}/), let text = given.text {
            names[String(name.1)] = text
        } else if !shown.members.isEmpty {
            for (name, value) in shown.members {
                if given.members[name] == nil { faults.append("\(place)/\(name): no such member") }
                match(value, given[name], at: "\(place)/\(name)", &faults)
            }
        } else if !shown.items.isEmpty {
            if shown.items.count != given.items.count, !Self.long.contains(place) {
                faults.append("\(place): the service has \(given.items.count) items")
            }
            // Items go by what distinguishes them.
            var rest = given.items[...]
            for (index, item) in shown.items.enumerated() {
                let key = item["code"].text ?? item["cause"].text
                rest = rest.drop { ($0["code"].text ?? $0["cause"].text) != key }
                match(item, rest.popFirst() ?? JSONValue(NSNull()), at: "\(place)/\(index)", &faults)
            }
        } else if shown.canonical != given.canonical {
            faults.append("\(place): the page says \(shown.canonical), the service \(given.canonical)")
        }
    }
}
