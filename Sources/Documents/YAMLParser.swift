import CLibyaml

/// Reads one YAML document into the same nodes as JSON, event by event, so that every bound holds while it is read.
/// Scalars follow the core schema of YAML 1.2 in what a plan needs: `true`/`false`, `null`/`~`/nothing, integers; all
/// else is text (dates too). Aliases and tags are refused: no plan needs them, aliases let a small text stand for a huge
/// one, and a tag that is not obeyed would mislead.
package struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let fractions: Bool
    /// What the parser reads from.
    private let source: UnsafeBufferPointer<UInt8>
    private var values = 0
    private var path: [String] = []

    /// - Parameter fractions: whether `1.5` is a number too; in a plan it is a text, such as a title or a code.
    /// - Throws: ``DocumentSyntaxError`` with line and column.
    package static func parse(_ bytes: [UInt8], fractions: Bool = false) throws(DocumentSyntaxError) -> DocumentNode {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw DocumentSyntaxError(code: .invalidText, position: nil, pointer: nil)
        }
        if bytes.contains(0) { throw DocumentSyntaxError(code: .nul, position: nil, pointer: nil) }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        // The parser reads from this memory until the last event.
        let result = text.withUnsafeBufferPointer { buffer in
            Result { () throws(DocumentSyntaxError) in try YAMLParser.document(in: buffer, fractions: fractions) }
        }
        return try result.get()
    }

    private static func document(
        in text: UnsafeBufferPointer<UInt8>, fractions: Bool
    ) throws(DocumentSyntaxError) -> DocumentNode {
        var parser = YAMLParser(source: text, fractions: fractions)
        yaml_parser_set_encoding(parser.parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser.parser, text.baseAddress, text.count)
        return try parser.wholeDocument()
    }

    private init(source: UnsafeBufferPointer<UInt8>, fractions: Bool) {
        self.fractions = fractions
        self.source = source
        parser = .allocate(capacity: 1)
        yaml_parser_initialize(parser)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// One event, freed when the closure returns.
    private mutating func next<Value>(
        _ body: (inout YAMLParser, borrowing yaml_event_t) throws(DocumentSyntaxError) -> Value
    ) throws(DocumentSyntaxError) -> Value {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        return try body(&self, event)
    }

    private mutating func wholeDocument() throws(DocumentSyntaxError) -> DocumentNode {
        let nothing = DocumentNode(.null, at: DocumentPosition(line: 1, column: 1))
        try next { (_, _) in }
        let isEmpty = try next { (_, event) in event.type == YAML_STREAM_END_EVENT }
        if isEmpty { return nothing }
        guard let root = try node() else { return nothing }
        try next { (_, _) in }
        try next { (parser, event) throws(DocumentSyntaxError) in
            guard event.type == YAML_STREAM_END_EVENT else {
                throw parser.fault(.secondDocument, Self.position(event.start_mark))
            }
        }
        return root
    }

    /// - Returns: nil at the end of the list or mapping that is being read.
    private mutating func node() throws(DocumentSyntaxError) -> DocumentNode? {
        try next { (parser, event) throws(DocumentSyntaxError) in try parser.node(event) }
    }

    private mutating func node(_ event: borrowing yaml_event_t) throws(DocumentSyntaxError) -> DocumentNode? {
        let position = Self.position(event.start_mark)
        switch event.type {
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return nil
        case YAML_ALIAS_EVENT: throw fault(.aliases, position)
        default: break
        }
        values += 1
        guard values <= DocumentLimits.values else { throw fault(.tooManyValues, position) }
        switch event.type {
        case YAML_SCALAR_EVENT:
            guard event.data.scalar.tag == nil else { throw fault(.tags, position) }
            return DocumentNode(content(event), at: position)
        case YAML_SEQUENCE_START_EVENT:
            guard event.data.sequence_start.tag == nil else { throw fault(.tags, position) }
            return DocumentNode(.list(try items(from: position)), at: position)
        default:
            guard event.data.mapping_start.tag == nil else { throw fault(.tags, position) }
            return DocumentNode(.object(try members(from: position)), at: position)
        }
    }

    private mutating func items(from position: DocumentPosition) throws(DocumentSyntaxError) -> [DocumentNode] {
        var items: [DocumentNode] = []
        try enter("0", position)
        while let item = try node() {
            items.append(item)
            path[path.count - 1] = String(items.count)
        }
        path.removeLast()
        return items
    }

    private mutating func members(
        from position: DocumentPosition
    ) throws(DocumentSyntaxError) -> [(name: String, node: DocumentNode)] {
        var members: [(name: String, node: DocumentNode)] = []
        var names: Set<String> = []
        try enter("", position)
        while let name = try key() {
            path[path.count - 1] = JSONPointer.escaped(name.text)
            guard names.insert(name.text).inserted else { throw fault(.duplicateKey(name.text), name.position) }
            guard let value = try node() else { break }
            members.append((name.text, value))
        }
        path.removeLast()
        return members
    }

    /// The name of the next member: a plain or quoted text. nil at the end of the mapping.
    private mutating func key() throws(DocumentSyntaxError) -> (text: String, position: DocumentPosition)? {
        try next { (parser, event) throws(DocumentSyntaxError) in
            let position = Self.position(event.start_mark)
            switch event.type {
            case YAML_MAPPING_END_EVENT: return nil
            case YAML_SCALAR_EVENT:
                guard event.data.scalar.tag == nil else { throw parser.fault(.tags, position) }
                return (Self.text(event), position)
            case YAML_ALIAS_EVENT: throw parser.fault(.aliases, position)
            default:
                parser.path.removeLast()
                throw parser.fault(.unexpected("?"), position)
            }
        }
    }

    private mutating func enter(_ step: String, _ position: DocumentPosition) throws(DocumentSyntaxError) {
        guard path.count < DocumentLimits.depth else { throw fault(.tooDeep, position) }
        path.append(step)
    }

    private func fault(_ code: DocumentSyntaxError.SyntaxFault, _ position: DocumentPosition) -> DocumentSyntaxError {
        DocumentSyntaxError(
            code: code, position: position, pointer: path.isEmpty ? nil : "/" + path.joined(separator: "/"))
    }

    private func syntaxError() -> DocumentSyntaxError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? ""
        let position = Self.position(parser.pointee.problem_mark)
        // Only some of the library's texts tell more than the place does; none is shown.
        if problem.hasPrefix("Maximum nesting level") { return fault(.tooDeep, position) }
        if problem == "found incompatible YAML document" {
            return DocumentSyntaxError(code: .unknownYAMLVersion, position: position, pointer: nil)
        }
        let fault = YAMLFault(
            problem: problem, line: line(position.line), before: lineBefore(position.line), column: position.column)
        return DocumentSyntaxError(code: fault.map { .yaml($0) } ?? .notYAML, position: position, pointer: nil)
    }

    /// The text of a line, as far as a message may show it.
    private func line(_ number: Int) -> String {
        var start = source.startIndex
        for _ in 1..<max(1, number) {
            guard let end = source[start...].firstIndex(of: UInt8(ascii: "\n")) else { return "" }
            start = end + 1
        }
        let most = 1_000
        return String(decoding: source[start...].prefix(most).prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    }

    /// The last text before a line that is not blank, among the few lines above it.
    private func lineBefore(_ number: Int) -> String {
        let lines = max(1, number - 10)..<max(1, number)
        for number in lines.reversed() {
            let text = line(number)
            if !text.allSatisfy(\.isWhitespace) { return text }
        }
        return ""
    }

    private func content(_ event: borrowing yaml_event_t) -> DocumentNode.Content {
        let text = Self.text(event)
        guard event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE else { return .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default: return isNumber(text) ? .number(text) : .text(text)
        }
    }

    private func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count <= (fractions ? 2 : 1)
            && parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }
    }

    private static func text(_ event: borrowing yaml_event_t) -> String {
        let scalar = event.data.scalar
        return String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    }

    /// libyaml counts from 0.
    private static func position(_ mark: yaml_mark_t) -> DocumentPosition {
        DocumentPosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
