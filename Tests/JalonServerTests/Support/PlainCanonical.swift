import Cryptography
import Foundation

/// Canonical JSON written anew from what Foundation parses, with the help of nothing of ours: integers, one-decimal
/// percents, texts, lists and objects.
enum PlainCanonical {
    static func text(_ value: Any) throws -> String {
        switch value {
        case let members as [String: Any]:
            let names = members.keys.sorted { Array($0.utf16).lexicographicallyPrecedes(Array($1.utf16)) }
            return "{" + (try names.map { try quoted($0) + ":" + text(members[$0] ?? NSNull()) }).joined(separator: ",") + "}"
        case let items as [Any]: return "[" + (try items.map(text)).joined(separator: ",") + "]"
        case let text as String: return try quoted(text)
        case let number as NSNumber where String(cString: number.objCType) == "c": return number.boolValue ? "true" : "false"
        case let number as NSNumber:
            let tenths = (number.doubleValue * 10).rounded()
            return tenths.truncatingRemainder(dividingBy: 10) == 0
                ? "\(Int(tenths) / 10)" : "\(Int(tenths) / 10).\(Int(tenths) % 10)"
        default: return "null"
        }
    }

    private static func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }

    static func sha256(_ text: String) -> String {
        SHA256.hash(Array(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    static func sha256(ofJSON value: Any) throws -> String { sha256(try text(value)) }
}
