import Foundation

@testable import JalonServer

/// A difference between an answer of version 1 and the present one that was made on purpose.
struct AllowedDifference: Sendable {
    /// The path of the requests, and the media type that was asked for if it is not JSON.
    let request: String
    /// The members, where `*` stands for any element of a list.
    let places: Set<String>
    /// Which document says so.
    let reason: String
    /// Whether the value is the one that the reason leads one to expect, in the present answer.
    let explains: @Sendable (AnswerDifference, JSONTree) -> Bool

    /// All there are: a place where nothing differs any more fails the test.
    static let all: [AllowedDifference] = [
        AllowedDifference(
            request: "/v1/figures", places: ["/coverage/late"],
            reason: "CHANGELOG, For those who read: whoever sent nothing after the due date is late",
            explains: { difference, answer in
                let late = answer["coverage"]["late_ministries"].items
                return difference.then == .number(Double(late.count { $0["submitted_on"] != .null }))
                    && difference.now == .number(Double(late.count)) && answer["coverage"]["version"] == .number(2)
            }),
        AllowedDifference(
            request: "/v1/barometer", places: ["/coverage/text"],
            reason: "CHANGELOG, For those who read: … by name",
            explains: { difference, _ in
                let added = #/ En retard sur l’échéance du [^.]*\./#
                return difference.now.map { .text($0.text.replacing(added, with: "")) } == difference.then
            }),
        AllowedDifference(
            request: "/v1/barometer", places: ["/series"],
            reason: "CHANGELOG, For those who read: `series` goes month by month, no longer by quarters",
            explains: { difference, _ in
                let points = difference.now?.items ?? []
                return difference.then.items.allSatisfy { points.contains($0) } && points.count > difference.then.items.count
            }),
        AllowedDifference(
            request: "/v1/barometer text/html", places: ["/Réflexion", "/Expérimentation", "/Réalisation", "/Aucun"],
            reason: "Decision 22: one table beside the picture of the levels; the rates of each level are in the JSON alone",
            explains: { difference, _ in difference.then.items.count == 3 }),
        ofCursors("/v1/changes", ["/data/*/cursor", "/meta/cursor", "/links/next", "/links/self"]),
        ofCursors("/v1/changes application/x-ndjson", ["/*/cursor"]),
    ]

    private static func ofCursors(_ request: String, _ places: Set<String>) -> AllowedDifference {
        AllowedDifference(
            request: request, places: places,
            reason: "Decision 32: a cursor names its entry, and no longer the cluster",
            explains: { difference, _ in
                // The request and the entry are the same.
                let (then, now) = (Link(difference.then.text), Link(difference.now?.text ?? ""))
                return then.entry != nil && then.entry == now.entry && then.request == now.request
            })
    }

    /// A place in the answers to a request, for which there is one reason.
    struct Place: Hashable {
        let request: String
        let place: String
    }

    static let everyPlace = Set(all.flatMap { row in row.places.map { Place(request: row.request, place: $0) } })

    /// - Returns: nil for a difference that nothing explains.
    static func place(of difference: AnswerDifference, in answer: JSONTree, to request: String) -> Place? {
        let place = difference.place.replacing(#/\/\d+/#, with: "/*")
        let isExplained = all.contains { row in
            row.request == request && row.places.contains(place) && row.explains(difference, answer)
        }
        return isExplained ? Place(request: request, place: place) : nil
    }

    /// A cursor of the feed, or an address that ends with one.
    private struct Link {
        let request: String
        let entry: String?

        init(_ text: String) {
            let parts = text.components(separatedBy: "after=")
            request = parts.count == 2 ? parts[0] : ""
            entry = FeedCursorText.entry(of: parts.last ?? "")
        }
    }
}

/// A cursor of the feed as version 1 made it: whose it is, of which database, and behind which entry it stands.
struct FeedCursorText {
    private static let separator = "\u{1F}"
    let signature: String
    var epoch: String
    var position: String
    let entry: String

    init?(_ cursor: String) {
        guard let parts = Self.parts(of: cursor), parts.count == 4 else { return nil }
        (signature, epoch, position, entry) = (parts[0], parts[1], parts[2], parts[3])
    }

    /// The entry behind which a cursor of any version stands.
    static func entry(of cursor: String) -> String? {
        let parts = parts(of: cursor) ?? []
        return parts.count == 5 ? parts[2] : parts.count == 4 ? parts[3] : nil
    }

    private static func parts(of cursor: String) -> [String]? {
        let base64 = cursor.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding), let text = String(data: data, encoding: .utf8) else { return nil }
        return text.components(separatedBy: separator)
    }

    var text: String {
        Data([signature, epoch, position, entry].joined(separator: Self.separator).utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
