import ActionPlans
import HTTPTypes
import NIOCore

/// `/problems/{slug}`: the page that a problem's `type` leads to, from the catalogue the code itself uses.
enum ProblemEndpoints {
    @Sendable static func page(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        guard let kind = ProblemKind(rawValue: call.pathValue("slug")) else { throw Problem.notFound() }
        return Answer(.ok, ByteBuffer(string: page(kind, call.language)), type: .html)
    }

    private static func page(_ kind: ProblemKind, _ language: Language) -> String {
        func say(_ message: Message) -> String { HTML.escaped(message[language]) }
        let example = String(
            buffer: Problem(kind, kind.explanation.cause)
                .answer(in: language, instance: String(repeating: "0", count: 32)).body)
        return HTML.page(
            title: "\(kind.status.code) \(kind.title[language])", language: language,
            """
            <h1>\(say(kind.title))</h1>
            <p><code>\(kind.status.code)</code> <code>/problems/\(kind.slug)</code></p>
            <h2>\(say(Message("Cause", "Cause")))</h2><p>\(say(kind.explanation.cause))</p>
            <h2>\(say(Message("Que faire", "What to do")))</h2><p>\(say(kind.explanation.mend))</p>
            <h2>\(say(Message("Exemple", "Example")))</h2><pre>\(HTML.escaped(example))</pre>
            <p><a href="/docs">/docs</a></p>
            """)
    }
}
