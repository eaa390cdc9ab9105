import Documents

extension Operation {
    /// What an operation reads, and how; what only one resource reads is declared beside that resource.
    package struct Body: Sendable {
        /// - Parameter values: those of the path.
        typealias Reader =
            @Sendable (_ bytes: [UInt8], _ type: MediaType, _ values: [String: String]) throws(DocumentSyntaxError) ->
            SentDocument

        package let types: [MediaType]
        /// In bytes.
        package let limit: Int
        /// Whether people send files of theirs: they are then told what a file of another kind is.
        let isFile: Bool
        /// Whether there may be no body at all.
        let mayBeAbsent: Bool
        let read: Reader

        init(
            _ types: [MediaType], limit: Int, isFile: Bool = false, mayBeAbsent: Bool = false,
            _ read: @escaping Reader = { bytes, type, _ throws(DocumentSyntaxError) in
                try document(bytes, type)
            }
        ) {
            self.types = types
            self.limit = limit
            self.isFile = isFile
            self.mayBeAbsent = mayBeAbsent
            self.read = read
        }

        package static let none = Body([], limit: 0)
        package static let json = Body([.json], limit: 1 << 20)
        package static let jsonOrNothing = Body([.json], limit: 1 << 20, mayBeAbsent: true)
        package static let mergePatch = Body([.mergePatch, .json], limit: 1 << 20)

        /// What is no table.
        static func document(_ bytes: [UInt8], _ type: MediaType) throws(DocumentSyntaxError) -> SentDocument {
            type == .yaml
                ? SentDocument(try YAMLParser.parse(bytes), .yaml) : SentDocument(try JSONParser.parse(bytes), .json)
        }
    }
}
