import ActionPlans
import HTTPTypes
import NIOCore

/// `/problems/{slug}`: the page that a problem's `type` leads to, from the catalogue the code itself uses.
enum ProblemEndpoints {
    @Sendable static func page(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        guard let kind = ProblemKind(rawValue: call.pathValue("slug")) else { throw Problem.notFound() }
        return .page(KindPage(kind: kind, frame: call.frame).page)
    }

    private struct KindPage: PagePart {
        let kind: ProblemKind
        let frame: PageFrame

        var language: Language { frame.language }

        var page: Markup {
            let example = Problem(kind, kind.explanation.cause)
                .answer(in: language, instance: String(repeating: "0", count: 32)).body
            return frame.page(
                "\(kind.status.code) \(kind.title[language])",
                """
                <h1>\(kind.title[language])</h1>
                <p><code>\(kind.status.code)</code> <code>/problems/\(kind.slug)</code></p>
                <h2>\(say("Cause", "Cause"))</h2><p>\(kind.explanation.cause[language])</p>
                <h2>\(say("Que faire", "What to do"))</h2><p>\(kind.explanation.mend[language])</p>
                <h2>\(say("Exemple", "Example"))</h2><pre>\(String(buffer: example))</pre>
                """)
        }
    }
}
