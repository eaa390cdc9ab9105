/// What a path says by its letters alone.
struct FileName {
    /// What stands behind the last slash.
    let text: String
    /// What stands before it; empty where there is none.
    let folder: String
    private let dot: String.Index?

    init(_ path: String) {
        // A slash at the end names the same folder.
        var kept = path[...]
        while kept.count > 1, kept.last == "/" { kept = kept.dropLast() }
        let slash = kept.lastIndex(of: "/")
        let text = slash.map { String(kept[kept.index(after: $0)...]) } ?? String(kept)
        folder = slash.map { $0 == kept.startIndex ? "/" : String(kept[..<$0]) } ?? ""
        // `.profile` has no ending, and `plan.` none either.
        self.text = text
        dot = text.lastIndex(of: ".").flatMap { $0 == text.startIndex || text.index(after: $0) == text.endIndex ? nil : $0 }
    }

    /// Behind the last point; empty where there is none.
    var ending: String { dot.map { String(text[text.index(after: $0)...]) } ?? "" }

    /// Without the ending.
    var stem: String { dot.map { String(text[..<$0]) } ?? text }

    static func path(of name: String, in folder: String) -> String {
        folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}
