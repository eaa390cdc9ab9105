import ActionPlans
import Documents
import FoundationEssentials
import HTTPTypes

/// Where a page begins and how long it is. The cursor holds the sort values of the last item seen: what is inserted or
/// removed meanwhile makes no other item appear twice or be skipped.
package struct Paging: Sendable {
    package let limit: Int
    package let wantsTotal: Bool
    /// The values the page begins after, in the order of the sort; nil for the first page.
    package let after: [String]?
    let signature: String

    package static let limits = 1...200
    static let defaultLimit = 50

    /// Whether a cursor's value is an instant as the database writes it: what goes back to it must be one.
    static func isInstant(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 27, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[19] == UInt8(ascii: "."), bytes[26] == UInt8(ascii: "Z"), CivilDate(text.prefix(10)) != nil
        else { return false }
        let digits = bytes[11..<13] + bytes[14..<16] + bytes[17..<19] + bytes[20..<26]
        return digits.allSatisfy { (0x30...0x39).contains($0) } && bytes[11..<13].lexicographicallyPrecedes("24".utf8)
            && bytes[14] < UInt8(ascii: "6") && bytes[17] < UInt8(ascii: "6")
    }

    /// The condition of coming after the cursor's position; a cursor that is no position of the order is refused.
    func position<Condition>(_ condition: ([String]) -> Condition?) throws -> Condition? {
        guard let after else { return nil }
        guard let found = condition(after) else { throw Problem.invalidCursor() }
        return found
    }
}

extension ParameterReader {
    /// Reads `limit`, `cursor` and `count`.
    /// - Parameters:
    ///   - values: how many values a cursor of this list holds.
    ///   - call: a cursor is only good for the list, filters and order it came from, which have been read before.
    package mutating func paging(cursorOf values: Int, for call: Call) throws -> Paging {
        let limit = integer("limit", in: Paging.limits) ?? Paging.defaultLimit
        let wantsTotal = flag("count") ?? false
        let signature = signature(of: call)
        var after: [String]?
        if let text = text("cursor") {
            guard let decoded = Cursor.decode(text, signature: signature), decoded.count == values else {
                throw Problem.invalidCursor()
            }
            after = decoded
        }
        return Paging(limit: limit, wantsTotal: wantsTotal, after: after, signature: signature)
    }

    /// A short print of the list, its filters and its order, whatever their spelling: a cursor of another list is noticed, not
    /// kept out. The filters and the order have been read before.
    func signature(of call: Call) -> String {
        var texts: [String: String] = [:]
        for (name, value, _) in call.query.parameters where !Cursor.unsigned.contains(name) {
            // The order of the values of a filter means nothing; in `sort` it means all.
            let values = lists[name].map { name == "sort" ? $0 : $0.sorted() } ?? [value]
            texts[name] = values.map(PercentEncoding.encoded).joined(separator: "|")
        }
        return Cursor.signature(of: call.target, texts.map { "\($0)=\($1)" })
    }

    /// Reads `fields`: the members to keep of each item.
    package mutating func fields(of members: [String]) -> Set<String>? {
        values("fields", { members.contains($0) ? $0 : nil }) { .notOneOf($0, members) }.map(Set.init)
    }
}

extension Problem {
    static func invalidCursor() -> Problem {
        invalidCursor(
            in: "cursor",
            Message(
                "Ce curseur ne vient pas de cette liste avec ces filtres et cet ordre ; repartez sans « cursor ».",
                "This cursor does not come from this list with these filters and this order; start again without “cursor”."))
    }

    static func invalidCursor(in parameter: String, _ message: Message) -> Problem {
        var problem = Problem(.invalidCursor, message)
        problem.faults = [Located(place: .parameter(parameter), code: .invalidValue, message: message)]
        return problem
    }
}

/// One page of a list.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// The sort values of the last item, when there is more.
    package internal(set) var next: [String]?
    package let total: Int?

    /// - Parameter items: one more than the limit when there is a next page.
    package init(_ items: [Item], paging: Paging, total: Int?, position: (Item) -> [String]) {
        let kept = Array(items.prefix(paging.limit))
        self.items = kept
        next = items.count > kept.count ? kept.last.map(position) : nil
        self.total = total
    }
}

extension Call {
    /// - Parameter meta: writes what the list has to say of itself beside the usual.
    package func answer<Item>(
        _ page: Page<Item>, _ paging: Paging, meta more: (inout JSONWriter) -> Void = { _ in },
        _ write: (inout JSONWriter, Item) throws -> Void
    ) rethrows -> Answer {
        try answer(paging, next: page.next, total: page.total, capacity: 1_024, meta: more) { list in
            try list.member("data", listOf: page.items, write)
        }
    }

    package func answer(_ page: WrittenPage, _ paging: Paging) -> Answer {
        answer(paging, next: page.next, total: page.total, capacity: page.items.count + 1_024) { list in
            list.member("data", json: page.items)
        }
    }

    /// The envelope of every collection: `data`, `links`, `meta`, and `next` also as a `Link` header.
    private func answer(
        _ paging: Paging, next position: [String]?, total: Int?, capacity: Int,
        meta more: (inout JSONWriter) -> Void = { _ in }, _ data: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        let next = position.map { address(cursor: Cursor.encode($0, signature: paging.signature)) }
        var answer = try Answer.json(capacity: capacity) { writer in
            try writer.object { list in
                try data(&list)
                list.member("links") { links in
                    links.member("self", target)
                    links.member("next", next)
                }
                list.member("meta") { meta in
                    meta.member("limit", paging.limit)
                    if let total { meta.member("total", total) }
                    more(&meta)
                }
            }
        }
        if let next { answer.fields[.link] = "<\(next)>; rel=\"next\"" }
        return answer
    }

    /// This list's address with another cursor.
    func address(_ parameter: String = "cursor", cursor: String) -> String {
        let kept = query.parameters.filter { $0.name != parameter }.map { "\(PercentEncoding.encoded($0.name))=\($0.raw)" }
        return "\(target.prefix { $0 != "?" })?\((kept + ["\(parameter)=\(cursor)"]).joined(separator: "&"))"
    }
}

/// The opaque text of a position in a list.
enum Cursor {
    private static let separator: Character = "\u{1F}"
    /// The parameters that say how much of a list is asked for, not which list.
    static let unsigned: Set<String> = ["cursor", "after", "wait", "limit", "count", "fields"]

    /// A short print of a list.
    /// - Parameter parameters: each with its value.
    static func signature(of target: String, _ parameters: [String]) -> String {
        EntityTag.fingerprint(of: ([String(target.prefix { $0 != "?" })] + parameters.sorted()).joined(separator: "&"))
    }

    static func encode(_ values: [String], signature: String) -> String {
        let text = ([signature] + values).joined(separator: String(separator))
        let bytes = Data(text.utf8).base64EncodedString().utf8.lazy.filter { $0 != UInt8(ascii: "=") }.map { byte in
            byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
        }
        return String(decoding: Array(bytes), as: UTF8.self)
    }

    static func decode(_ cursor: String, signature: String) -> [String]? {
        guard cursor.utf8.count <= 2_000 else { return nil }
        var base64 = cursor.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), let text = String(validating: data, as: UTF8.self) else { return nil }
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        guard parts.first == signature, !text.utf8.contains(0) else { return nil }
        return Array(parts.dropFirst())
    }
}
