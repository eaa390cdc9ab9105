import ActionPlans
import Documents
import Testing

@testable import JalonServer

/// A text, and what a strict reader of RFC 8259 makes of it.
struct JSONVector: Sendable, CustomTestStringConvertible {
    enum Verdict: Sendable {
        /// Read, and written again without white space or needless escapes: this.
        case accepted(String)
        case refused(Fault.Code, line: Int, column: Int, pointer: String?)
    }

    let bytes: [UInt8]
    let verdict: Verdict
    /// Why we decided so, where RFC 8259 leaves it to the reader.
    let decision: String?
    /// Whether Foundation's `JSONSerialization` comes to the same; it takes trailing commas and names given twice, say.
    let sharedByFoundation: Bool

    /// Stands in a refused text where the fault is to be placed.
    static let mark = "▸"

    /// A text that is read.
    /// - Parameter canonical: how it reads; the text itself where that is as short as can be.
    static func good(
        _ text: String, _ canonical: String? = nil, decided decision: String? = nil, foundation: Bool = true
    ) -> JSONVector {
        JSONVector(
            bytes: Array(text.utf8), verdict: .accepted(canonical ?? text), decision: decision, sharedByFoundation: foundation)
    }

    /// A text that is refused at its mark.
    static func bad(
        _ marked: String, at pointer: String? = nil, _ code: Fault.Code = .syntax, decided decision: String? = nil,
        foundation: Bool = true
    ) -> JSONVector {
        bad(
            bytes: Array(marked.utf8), at: pointer, code, decided: decision, foundation: foundation)
    }

    static func bad(
        bytes marked: [UInt8], at pointer: String? = nil, _ code: Fault.Code = .syntax, decided decision: String? = nil,
        foundation: Bool = true
    ) -> JSONVector {
        let mark = Array(mark.utf8)
        let place = marked.indices.first { marked[$0...].starts(with: mark) } ?? marked.count
        let before = marked[..<place]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONVector(
            bytes: Array(before + marked[place...].dropFirst(mark.count)),
            verdict: .refused(
                code, line: before.count { $0 == 0x0A } + 1, column: place - lineStart + 1, pointer: pointer),
            decision: decision, sharedByFoundation: foundation)
    }

    var testDescription: String {
        let text = String(decoding: bytes.prefix(40), as: UTF8.self).unicodeScalars.map { scalar in
            scalar.value < 0x20 ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
        return text.joined() + (bytes.count > 40 ? "…" : "")
    }
}

extension DocumentNode {
    /// The shortest JSON that says the same, members and numbers as they were written.
    var canonical: String {
        switch content {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let literal): literal
        case .text(let text): Self.quoted(text)
        case .list(let items): "[" + items.map(\.canonical).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.name)):\($0.node.canonical)" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20:
                "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + scalars.joined() + "\""
    }
}
