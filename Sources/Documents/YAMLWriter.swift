import CLibyaml

/// Writes one YAML document event by event, in block style, as people write it. A line is as long as its text.
package struct YAMLWriter: ~Copyable {
    /// The library could not write on, which only happens without memory.
    package struct Failure: Error {}

    package enum Style { case block, flow }

    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    /// Where the library puts what it has written.
    private let output: UnsafeMutablePointer<[UInt8]>

    package static func document(
        _ body: (borrowing YAMLWriter) throws(Failure) -> Void
    ) throws(Failure) -> [UInt8] {
        let writer = YAMLWriter()
        try writer.emit { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
        try writer.emit { yaml_document_start_event_initialize(&$0, nil, nil, nil, 1) }
        try body(writer)
        try writer.emit { yaml_document_end_event_initialize(&$0, 1) }
        try writer.emit { yaml_stream_end_event_initialize(&$0) }
        return writer.output.pointee
    }

    private init() {
        emitter = .allocate(capacity: 1)
        output = .allocate(capacity: 1)
        output.initialize(to: [])
        yaml_emitter_initialize(emitter)
        yaml_emitter_set_output(
            emitter,
            { output, bytes, count in
                output?.assumingMemoryBound(to: [UInt8].self).pointee.append(
                    contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return 1
            }, output)
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_width(emitter, -1)
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
        output.deinitialize(count: 1)
        output.deallocate()
    }

    private func emit(_ prepare: (inout yaml_event_t) -> Int32) throws(Failure) {
        var event = yaml_event_t()
        // The library frees the event that it is given, whether it succeeds or not.
        guard prepare(&event) == 1, yaml_emitter_emit(emitter, &event) == 1 else { throw Failure() }
    }

    package func object(_ members: () throws(Failure) -> Void) throws(Failure) {
        try emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
        try members()
        try emit { yaml_mapping_end_event_initialize(&$0) }
    }

    package func list(_ style: Style = .block, _ items: () throws(Failure) -> Void) throws(Failure) {
        let style = style == .flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
        try emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, style) }
        try items()
        try emit { yaml_sequence_end_event_initialize(&$0) }
    }

    /// A text, between quotation marks where a reader would take it for something else.
    package func text(_ text: String) throws(Failure) {
        try scalar(text, YAMLScalar.isText(text) ? YAML_ANY_SCALAR_STYLE : YAML_SINGLE_QUOTED_SCALAR_STYLE)
    }

    /// What a reader is to take for what it looks like: a number, a date, a name of a member.
    package func plain(_ text: String) throws(Failure) { try scalar(text, YAML_ANY_SCALAR_STYLE) }

    private func scalar(_ text: String, _ style: yaml_scalar_style_t) throws(Failure) {
        var text = text
        let prepared = text.withUTF8 { bytes in
            Result { () throws(Failure) in
                try emit {
                    yaml_scalar_event_initialize(&$0, nil, nil, bytes.baseAddress, Int32(bytes.count), 1, 1, style)
                }
            }
        }
        try prepared.get()
    }
}

/// What readers take a plain scalar for. They follow YAML 1.1 as often as 1.2, so that both are heeded.
package enum YAMLScalar {
    private static let words: Set<String> = [
        "", "~", "null", "Null", "NULL", "<<", "=",
        "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON", "off", "Off",
        "OFF",
    ]

    /// Whether it is a text to all of them, and no flag, number, date or nothing.
    package static func isText(_ text: String) -> Bool {
        if words.contains(text) { return false }
        guard let first = text.utf8.first, "0123456789+-.".utf8.contains(first) else { return true }
        return !isInteger(text) && !isFraction(text) && !isInstant(text)
    }

    private static func isInteger(_ text: String) -> Bool {
        let form =
            /[\-+]?0b[0-1_]+|[\-+]?0o?[0-7_]+|[\-+]?(?:0|[1-9][0-9_]*)|[\-+]?0x[0-9a-fA-F_]+|[\-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+/
        return text.wholeMatch(of: form) != nil
    }

    private static func isFraction(_ text: String) -> Bool {
        let decimal = /[\-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][\-+]?[0-9]+)?|\.[0-9_]+(?:[eE][\-+][0-9]+)?/
        let other = /[\-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[\-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)/
        return text.wholeMatch(of: decimal) != nil || text.wholeMatch(of: other) != nil
    }

    private static func isInstant(_ text: String) -> Bool {
        let day = /[0-9]{4}-[0-9]{2}-[0-9]{2}/
        let instant =
            #/
            [0-9]{4}-[0-9][0-9]?-[0-9][0-9]? (?:[Tt]|[\ \t]+) [0-9][0-9]?:[0-9]{2}:[0-9]{2} (?:\.[0-9]*)?
            (?:[\ \t]* (?:Z|[\-+][0-9][0-9]?(?::[0-9]{2})?))?
            /#
        return text.wholeMatch(of: day) != nil || text.wholeMatch(of: instant) != nil
    }
}
