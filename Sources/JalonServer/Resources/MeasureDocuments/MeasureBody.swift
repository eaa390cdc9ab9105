import Documents

/// Many measures as somebody sends them.
package enum SentMeasures {
    package static func document(_ bytes: [UInt8], isTable: Bool) throws(DocumentSyntaxError) -> SentDocument {
        isTable
            ? try MeasureTable.document(bytes)
            : SentDocument(try JSONParser.parse(bytes, mostValues: MeasureLine.mostValues), .json)
    }
}

extension Operation.Body {
    /// A file that people keep, as a document or as a table.
    static let measures = Operation.Body([.json, .csv], limit: 20 << 20, isFile: true) {
        bytes, type, _ throws(DocumentSyntaxError) in
        try SentMeasures.document(bytes, isTable: type == .csv)
    }
}
