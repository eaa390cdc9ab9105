extension Substring {
    /// Without the spaces and tabs that HTTP allows around the items of a list (RFC 9110, 5.6.3).
    var withoutBlanksAround: Substring {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return Substring(utf8[first...last])
    }
}
