import CResources

/// The files of the project that the binary carries with it.
package enum EmbeddedText {
    package static let schema = text(jalon_schema())
    /// The steps of `migrations/`, in order: the first leads to version 2.
    package static let steps = (0..<jalon_step_count()).map { text(jalon_step($0)) }
    /// The files of reference data, in the order in which an empty database takes them.
    package static let reference = (0..<jalon_reference_count()).map { index in
        (name: String(cString: jalon_reference_name(index)), text: text(jalon_reference(index)))
    }
    package static let openAPI = text(jalon_openapi())

    private static func text(_ embedded: jalon_text) -> String {
        String(decoding: UnsafeBufferPointer(start: embedded.bytes, count: embedded.length), as: UTF8.self)
    }
}
