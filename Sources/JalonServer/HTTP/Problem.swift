import ActionPlans
import Documents
import HTTPTypes

/// An answer that is not the one asked for, as `application/problem+json` (RFC 9457). Thrown anywhere in a handler.
package struct Problem: Error, Sendable {
    package let kind: ProblemKind
    package let detail: Message
    package var faults: [Located] = []
    /// Members beyond the standard ones.
    package var allowed: [String]?
    package var key: String?
    package var fields = HTTPFields()
    /// For the log only.
    package var cause: String?

    package typealias Located = LocatedFault

    package init(_ kind: ProblemKind, _ detail: Message) {
        self.kind = kind
        self.detail = detail
    }

    package static func notFound(_ detail: Message? = nil) -> Problem {
        Problem(
            .notFound,
            detail
                ?? Message(
                    "Cette ressource n’existe pas, ou vous ne pouvez pas la voir.",
                    "This resource does not exist, or you may not see it."))
    }

    package func answer(in language: Language, instance: String) -> Answer {
        var writer = JSONWriter()
        writer.object { problem in
            problem.member("type", "/problems/\(kind.slug)")
            problem.member("title", kind.title[language])
            problem.member("status", kind.status.code)
            problem.member("detail", detail[language])
            problem.member("instance", instance)
            if let allowed { problem.member("allowed", allowed) }
            if let key { problem.member("key", key) }
            if !faults.isEmpty {
                problem.member("errors", listOf: faults) { list, fault in
                    list.object { Self.write(fault, in: language, to: &$0) }
                }
            }
        }
        var answer = Answer(kind.status, writer.buffer, type: .problem)
        for field in fields { answer.fields.append(field) }
        answer.fields[.contentLanguage] = language.rawValue
        return answer
    }

    /// A member's name may be as long as the body; the pointer to it tells its beginning.
    private static let longestPointer = 1_000

    private static func write(_ fault: Located, in language: Language, to writer: inout JSONWriter) {
        switch fault.place {
        case .pointer(let pointer):
            writer.member("pointer", String(String.UnicodeScalarView(pointer.unicodeScalars.prefix(longestPointer))))
        case .parameter(let name) where !name.isEmpty: writer.member("parameter", name)
        case .parameter, .text: break
        }
        if let position = fault.position {
            writer.member("line", position.line)
            writer.member("column", position.column)
        }
        writer.member("code", fault.code.rawValue)
        writer.member("detail", fault.message[language])
    }
}
