import ActionPlans
import Documents

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
