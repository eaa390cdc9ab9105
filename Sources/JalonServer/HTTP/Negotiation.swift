import ActionPlans
import HTTPTypes

/// What the client would rather read.
package enum Negotiation {
    /// The one that the address says (`lang`) or else French unless English is preferred. Whether the operation knows that
    /// parameter is for the operation to say, in this language.
    package static func language(_ fields: HTTPFields, target: String) -> Language {
        let parameters = target.split(separator: "?", maxSplits: 1).dropFirst().first?.split(separator: "&") ?? []
        let asked = parameters.first { $0.hasPrefix("lang=") }.flatMap { Language(rawValue: String($0.dropFirst("lang=".count))) }
        return asked ?? language(fields)
    }

    /// Whether the client would rather read a page than JSON: a browser.
    package static func prefersPage(_ fields: HTTPFields) -> Bool {
        type(fields, offered: [.json, .problem, .html]) == .html
    }

    /// French unless English is preferred.
    package static func language(_ fields: HTTPFields) -> Language {
        guard let header = fields[.acceptLanguage] else { return .french }
        var best: (language: Language, quality: Int)?
        for (range, quality) in ranges(header) where quality > 0 {
            let primary = range.split(separator: "-").first.map { $0.lowercased() } ?? ""
            let language: Language? = primary == "en" ? .english : primary == "fr" || primary == "*" ? .french : nil
            if let language, quality > (best?.quality ?? 0) { best = (language, quality) }
        }
        return best?.language ?? .french
    }

    /// - Returns: the best of the offered types, or nil when none is acceptable.
    package static func type(_ fields: HTTPFields, offered: [MediaType]) -> MediaType? {
        let headers = fields[values: .accept]
        guard !headers.isEmpty else { return offered.first }
        let wanted = ranges(headers.joined(separator: ","))
        if asksForProblemsAlone(wanted) { return offered.first }
        var best: (type: MediaType, quality: Int)?
        for type in offered {
            let quality = self.quality(of: type, in: wanted)
            if quality > (best?.quality ?? 0) { best = (type, quality) }
        }
        return best?.type
    }

    /// Whether the client names no type but those of problems. Generated clients do so wherever errors alone are JSON: they
    /// mean that any good answer will do.
    private static func asksForProblemsAlone(_ ranges: [(range: String, quality: Int)]) -> Bool {
        let asked = ranges.filter { $0.quality > 0 }
        return !asked.isEmpty
            && asked.allSatisfy { ["application/problem+json", "application/problem+xml"].contains($0.range.lowercased()) }
    }

    /// The quality of the most specific range that holds the type.
    private static func quality(of type: MediaType, in ranges: [(range: String, quality: Int)]) -> Int {
        let family = type.rawValue.prefix { $0 != "/" } + "/*"
        var best: (specificity: Int, quality: Int) = (-1, 0)
        for (range, quality) in ranges {
            let specificity: Int
            if MediaType(name: range) == type {
                specificity = 2
            } else if range.lowercased() == family {
                specificity = 1
            } else if range == "*/*" {
                specificity = 0
            } else {
                continue
            }
            if specificity > best.specificity { best = (specificity, quality) }
        }
        return best.quality
    }

    /// The elements of a list with their quality in thousandths; parameters other than `q` are left aside.
    static func ranges(_ header: String) -> [(range: String, quality: Int)] {
        header.split(separator: ",").prefix(50).map { element in
            let parts = element.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            let quality =
                parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) } ?? 1
            return (parts.first ?? "", Int(max(0, min(1, quality)) * 1_000))
        }
    }
}
