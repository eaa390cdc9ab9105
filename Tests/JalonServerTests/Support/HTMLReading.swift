import Foundation
import FoundationXML
import Testing

/// What a page is made of, read as XML: our pages are well formed.
final class HTMLReading: NSObject, XMLParserDelegate {
    struct Row {
        var cells: [String] = []
        var links: [String] = []
    }

    private(set) var counts: [String: Int] = [:]
    private(set) var text = ""
    private(set) var language: String?
    private(set) var ids: [String] = []
    private(set) var links: [String] = []
    private(set) var rows: [Row] = []
    /// The texts in French on a page of another language.
    private(set) var inFrench: [String] = []
    private(set) var headings: [Int] = []
    private var headersWithoutScope = 0
    private(set) var errors: [String] = []
    /// The elements not closed yet, with their own language.
    private var open: [(name: String, language: String?)] = []

    init(_ page: String) {
        super.init()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = self
        if !parser.parse() { errors.append("it cannot be parsed") }
    }

    /// Well formed, in one language, with one title and main part, headings in order and headed tables, without a script.
    func expectAccessible(in language: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(errors.isEmpty && open.isEmpty, "\(errors) \(open)", sourceLocation: sourceLocation)
        for name in ["html", "title", "h1", "main"] { #expect(counts[name] == 1, "\(name)", sourceLocation: sourceLocation) }
        #expect(counts["script"] == nil, sourceLocation: sourceLocation)
        #expect(self.language == language, sourceLocation: sourceLocation)
        #expect(headings.first == 1, sourceLocation: sourceLocation)
        for (before, after) in zip(headings, headings.dropFirst()) {
            #expect(after <= before + 1, "h\(after) after h\(before)", sourceLocation: sourceLocation)
        }
        #expect(counts["table"] == counts["caption"], sourceLocation: sourceLocation)
        #expect(headersWithoutScope == 0, sourceLocation: sourceLocation)
        #expect(Set(ids).count == ids.count, "an id twice: \(ids)", sourceLocation: sourceLocation)
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        // The title of a picture is not that of its page.
        let isInPicture = open.first?.name == "html" && open.contains { $0.name == "svg" }
        counts[isInPicture ? "svg \(name)" : name, default: 0] += 1
        open.append((name, attributes["lang"]))
        if let id = attributes["id"] { ids.append(id) }
        switch name {
        case "html": language = attributes["lang"]
        case "a":
            links.append(attributes["href"] ?? "")
            if open.contains(where: { $0.name == "tr" }) { rows[rows.count - 1].links.append(attributes["href"] ?? "") }
        case "tr": rows.append(Row())
        case "th", "td":
            if name == "th", !["row", "col"].contains(attributes["scope"]) { headersWithoutScope += 1 }
            if !rows.isEmpty { rows[rows.count - 1].cells.append("") }
        case "h1", "h2", "h3", "h4": headings.append(Int(name.dropFirst()) ?? 0)
        default: break
        }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if open.popLast()?.name != name { errors.append("</\(name)> closes another") }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        errors.append("\(error) on line \(parser.lineNumber)")
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        text += string
        if open.contains(where: { $0.name == "td" || $0.name == "th" }), let row = rows.indices.last,
            let cell = rows[row].cells.indices.last
        {
            rows[row].cells[cell] += string
        }
        if open.last(where: { $0.language != nil })?.language == "fr", language != "fr" { inFrench.append(string) }
    }
}
