import Foundation
import Synchronization
import Testing

/// JSON Schema 2020-12, as far as the contract uses it; a keyword it does not know is a fault, so that none is passed over.
struct SchemaValidation {
    let contract: ContractDocument

    private static let annotations: Set<String> = [
        "description", "title", "default", "example", "examples", "readOnly", "writeOnly", "deprecated", "$comment",
        "x-enum-varnames", "x-text-pattern",
    ]

    func faults(of value: JSONTree, against schema: JSONTree, at place: String = "") -> [String] {
        schema.members.sorted { $0.key < $1.key }.flatMap { keyword, rule in
            faults(of: value, keyword, rule, in: schema, at: place)
        }
    }

    private func faults(
        of value: JSONTree, _ keyword: String, _ rule: JSONTree, in schema: JSONTree, at place: String
    ) -> [String] {
        func fault(_ why: String) -> [String] { ["\(place.isEmpty ? "/" : place): \(why): \(value.plain.prefix(120))"] }
        func require(_ holds: Bool) -> [String] { holds ? [] : fault("\(keyword) \(rule.plain.prefix(120))") }
        let bound = rule.number ?? .nan
        switch keyword {
        case _ where Self.annotations.contains(keyword): return []
        case "$ref": return faults(of: value, against: contract.resolve(.object(["$ref": rule])), at: place)
        case "type":
            let types = rule.items.isEmpty ? [rule] : rule.items
            return require(types.contains { Self.isType(value, $0.text) })
        case "enum": return require(rule.items.contains(value))
        case "const": return require(rule == value)
        case "allOf": return rule.items.flatMap { faults(of: value, against: $0, at: place) }
        case "anyOf", "oneOf":
            let results = rule.items.map { faults(of: value, against: $0, at: place) }
            let held = results.count { $0.isEmpty }
            if keyword == "oneOf" ? held == 1 : held > 0 { return [] }
            // The branch that came nearest says best what is wrong.
            return held > 1 ? fault("holds \(held) of oneOf") : results.min { $0.count < $1.count } ?? fault(keyword)
        default: break
        }
        switch value {
        case .object(let members):
            switch keyword {
            case "required":
                return rule.items.filter { members[$0.text] == nil }.flatMap { fault("lacks the member \($0.text)") }
            case "properties":
                return members.sorted { $0.key < $1.key }.flatMap { name, member in
                    rule.members[name].map { faults(of: member, against: $0, at: "\(place)/\(name)") } ?? []
                }
            case "additionalProperties":
                return members.keys.filter { schema["properties"].members[$0] == nil }.sorted().flatMap { name in
                    switch rule {
                    case .flag(let allowed): return allowed ? [] : fault("has the unknown member \(name)")
                    default: return faults(of: members[name] ?? .null, against: rule, at: "\(place)/\(name)")
                    }
                }
            case "propertyNames":
                return members.keys.sorted().flatMap { faults(of: .text($0), against: rule, at: "\(place)/\($0)") }
            case "minProperties": return require(Double(members.count) >= bound)
            case "maxProperties": return require(Double(members.count) <= bound)
            default: break
            }
        case .list(let items):
            switch keyword {
            case "items":
                return items.enumerated().flatMap { faults(of: $1, against: rule, at: "\(place)/\($0)") }
            case "minItems": return require(Double(items.count) >= bound)
            case "maxItems": return require(Double(items.count) <= bound)
            case "uniqueItems": return require(rule == .flag(false) || Set(items).count == items.count)
            default: break
            }
        case .text(let text):
            switch keyword {
            case "minLength": return require(Double(text.unicodeScalars.count) >= bound)
            case "maxLength": return require(Double(text.unicodeScalars.count) <= bound)
            case "pattern": return require(Patterns.matches(text, rule.text))
            case "format": return require(Self.hasFormat(text, rule.text))
            default: break
            }
        case .number(let number):
            switch keyword {
            case "minimum": return require(number >= bound)
            case "maximum": return require(number <= bound)
            case "exclusiveMinimum": return require(number > bound)
            case "exclusiveMaximum": return require(number < bound)
            case "multipleOf": return require((number / bound).truncatingRemainder(dividingBy: 1) == 0)
            default: break
            }
        case .null, .flag: break
        }
        return Self.known.contains(keyword) ? [] : fault("the keyword \(keyword) is not understood")
    }

    /// The keywords that say nothing of a value of another type.
    private static let known: Set<String> = [
        "required", "properties", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "items",
        "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
        "multipleOf", "exclusiveMinimum", "exclusiveMaximum",
    ]

    private static func isType(_ value: JSONTree, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.flag, "boolean"), (.number, "number"), (.text, "string"), (.list, "array"),
            (.object, "object"):
            true
        case (.number(let number), "integer"): number == number.rounded()
        default: false
        }
    }

    private static func hasFormat(_ text: String, _ format: String) -> Bool {
        switch format {
        // The contract says in words what a pattern beside these formats would keep from clients: days of 1900 to 2199, and
        // instants in UTC.
        case "date": isDay(text) && (1900...2199).contains(Int(text.prefix(4)) ?? 0)
        case "date-time":
            Patterns.matches(text, #"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z$"#)
                && isDay(String(text.prefix(10)))
        case "email": Patterns.matches(text, "^[^@\\s]+@[^@\\s]+$")
        default: false
        }
    }

    private static func isDay(_ text: String) -> Bool {
        guard Patterns.matches(text, #"^\d{4}-\d\d-\d\d$"#) else { return false }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = text.split(separator: "-").compactMap { Int($0) }
        let day = DateComponents(calendar: calendar, year: parts[0], month: parts[1], day: parts[2])
        return day.isValidDate
    }
}

/// Regular expressions, compiled once.
enum Patterns {
    private static let compiled = Mutex<[String: NSRegularExpression]>([:])

    static func matches(_ text: String, _ pattern: String) -> Bool {
        let expression = compiled.withLock { compiled -> NSRegularExpression? in
            if compiled[pattern] == nil { compiled[pattern] = try? NSRegularExpression(pattern: pattern) }
            return compiled[pattern]
        }
        return expression?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}

@Suite("The schema checker that the contract is held to")
struct SchemaValidationTests {
    static let vectors: [(schema: String, value: String, holds: Bool)] = [
        (#"{"type": "integer"}"#, "1", true), (#"{"type": "integer"}"#, "1.5", false),
        (#"{"type": "integer"}"#, "true", false), (#"{"type": ["string", "null"]}"#, "null", true),
        (#"{"type": "object"}"#, "[]", false), (#"{"enum": ["a", null]}"#, "null", true),
        (#"{"enum": ["a"]}"#, #""b""#, false), (#"{"const": 1}"#, "2", false),
        (#"{"required": ["a"]}"#, "{}", false), (#"{"properties": {"a": {"type": "string"}}}"#, #"{"a": 1}"#, false),
        (#"{"properties": {"a": {}}, "additionalProperties": false}"#, #"{"b": 1}"#, false),
        (#"{"additionalProperties": {"type": "null"}}"#, #"{"b": null}"#, true),
        (#"{"propertyNames": {"pattern": "^a"}}"#, #"{"b": 1}"#, false), (#"{"minProperties": 1}"#, "{}", false),
        (#"{"items": {"type": "number"}}"#, #"[1, "2"]"#, false), (#"{"minItems": 2}"#, "[1]", false),
        (#"{"maxItems": 1}"#, "[1, 2]", false), (#"{"uniqueItems": true}"#, "[1, 2, 1]", false),
        (#"{"minLength": 2}"#, #""é""#, false), (#"{"maxLength": 1}"#, #""é""#, true),
        (#"{"pattern": "^[0-9]+$"}"#, #""12a""#, false), (#"{"format": "date"}"#, #""2023-02-29""#, false),
        (#"{"format": "date"}"#, #""2024-02-29""#, true), (#"{"format": "date"}"#, #""1899-12-31""#, false),
        (#"{"format": "date"}"#, #""2200-01-01""#, false), (#"{"format": "date"}"#, #""2024-2-29""#, false),
        (#"{"format": "date-time"}"#, #""2024-02-29T10:00:00.5Z""#, true),
        (#"{"format": "date-time"}"#, #""2024-02-29T10:00:00+01:00""#, false), (#"{"format": "unheard"}"#, #""a""#, false),
        (#"{"format": "date-time"}"#, #""2024-02-29T25:00:00Z""#, false), (#"{"minimum": 1}"#, "0", false),
        (#"{"maximum": 1}"#, "2", false), (#"{"multipleOf": 100}"#, "250", false),
        (#"{"oneOf": [{"type": "number"}, {"minimum": 1}]}"#, "2", false),
        (#"{"anyOf": [{"type": "number"}, {"minimum": 1}]}"#, "2", true),
        (#"{"allOf": [{"type": "number"}, {"minimum": 3}]}"#, "2", false),
        (##"{"$ref": "#/components/schemas/Year", "maximum": 2001}"##, "2002", false),
        (##"{"$ref": "#/components/schemas/Year"}"##, "2002", true), (#"{"unheard": 1}"#, "1", false),
    ]

    @Test("each keyword accepts and refuses what it must", arguments: vectors)
    func keyword(schema: String, value: String, holds: Bool) throws {
        let checker = SchemaValidation(contract: try ContractDocument.current())
        let faults = checker.faults(of: try JSONTree(json: value), against: try JSONTree(json: schema))
        #expect(faults.isEmpty == holds, "\(schema) on \(value): \(faults)")
    }
}
