import ActionPlans

/// What the author of an accepted request should know: something was not done as it may have been meant.
package struct Warning: Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// A column of a table that says no member of an action, and was passed over.
        case columnIgnored = "column-ignored"
    }

    package let code: Code
    package let message: Message
    /// Where in the document it is, when it is somewhere.
    package var position: DocumentPosition?

    package init(_ code: Code, _ message: Message, at position: DocumentPosition? = nil) {
        self.code = code
        self.message = message
        self.position = position
    }
}

extension JSONWriter {
    /// The member `warnings` of an answer.
    mutating func warnings(_ warnings: [Warning], in language: Language) {
        member("warnings", listOf: warnings) { list, warning in
            list.object { object in
                object.member("code", warning.code.rawValue)
                object.member("detail", warning.message[language])
                if let position = warning.position {
                    object.member("line", position.line)
                    object.member("column", position.column)
                }
            }
        }
    }
}
