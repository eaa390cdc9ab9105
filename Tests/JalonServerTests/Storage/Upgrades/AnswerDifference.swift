import Foundation

@testable import JalonServer

/// A member of an answer of the past whose value is no longer there.
struct AnswerDifference: CustomStringConvertible {
    /// A pointer into the answer.
    let place: String
    let then: JSONTree
    /// Nil when there is no such member any more.
    let now: JSONTree?

    var description: String { "\(place): \(then.json.prefix(300)) was answered, now \(now?.json.prefix(300) ?? "nothing")" }

    /// What of an answer has changed. An object may have got more members, a list not one element.
    static func all(_ then: JSONTree, _ now: JSONTree, at place: String = "") -> [AnswerDifference] {
        switch (then, now) {
        case (.object(let old), .object(let new)):
            old.sorted { $0.key < $1.key }.flatMap { name, value in
                new[name].map { all(value, $0, at: "\(place)/\(name)") }
                    ?? [AnswerDifference(place: "\(place)/\(name)", then: value, now: nil)]
            }
        case (.list(let old), .list(let new)) where old.count == new.count:
            zip(old, new).enumerated().flatMap { index, pair in all(pair.0, pair.1, at: "\(place)/\(index)") }
        default:
            then == now ? [] : [AnswerDifference(place: place, then: then, now: now)]
        }
    }

    /// What of the numbers on a page has changed: each row of a table must still be there, by its title and with all its numbers;
    /// it may have got more of them, and stand in another table.
    static func inPage(_ then: String, _ now: String) -> [AnswerDifference] {
        let (old, new) = (HTMLReading(then), HTMLReading(now))
        var differences = (old.errors + new.errors).map { AnswerDifference(place: "", then: .text($0), now: nil) }
        let present = new.rows.map(NumberedRow.init)
        for row in old.rows.map(NumberedRow.init) where !row.numbers.isEmpty && !present.contains(where: { $0.covers(row) }) {
            let other = present.first { $0.title == row.title }
            differences.append(AnswerDifference(place: "/\(row.title)", then: row.tree, now: other?.tree))
        }
        return differences
    }

    /// A row of a table: its first cell, and the numbers in the others.
    private struct NumberedRow {
        let title: String
        let numbers: [String]

        init(_ row: HTMLReading.Row) {
            title = row.cells.first ?? ""
            numbers = row.cells.dropFirst().filter { $0.contains(where: \.isNumber) }
        }

        var tree: JSONTree { .list(numbers.map { .text($0) }) }

        func covers(_ other: NumberedRow) -> Bool {
            var left = numbers
            return title == other.title
                && other.numbers.allSatisfy { number in left.firstIndex(of: number).map { _ = left.remove(at: $0) } != nil }
        }
    }
}
