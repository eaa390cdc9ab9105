import ActionPlans
import HTTPTypes
import NIOCore

/// The service itself: its front page, its health, its contract.
enum HomeEndpoints {
    private static let links: [(String, String)] = [
        ("self", "/"), ("docs", "/docs"), ("openapi_yaml", "/openapi.yaml"), ("openapi_json", "/openapi.json"),
        ("livez", "/livez"), ("readyz", "/readyz"), ("vocabularies", "/v1/vocabularies"),
        ("ministries", "/v1/ministries"), ("practices", "/v1/practices"), ("roadmaps", "/v1/roadmaps"),
        ("actions", "/v1/actions"), ("figures", "/v1/figures"),
        ("barometer", "/v1/barometer"), ("snapshots", "/v1/snapshots"), ("changes", "/v1/changes"), ("me", "/v1/me"),
        ("tokens", "/v1/tokens"),
    ]

    @Sendable static func root(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        guard call.type != .html else {
            return .page(HomePage(frame: call.frame, figuresArePublic: call.server.configuration.publicFigures).page)
        }
        return Answer.json { writer in
            writer.object { root in
                root.member("name", "Jalon")
                root.member("version", Version.text)
                root.member("links") { list in
                    for (name, address) in links { list.member(name, address) }
                }
            }
        }
    }

    @Sendable static func live(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        return healthy()
    }

    /// Ready: taking new work, and the database answers with the schema this build needs. A standby is enough for those who
    /// only read.
    @Sendable static func ready(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let writes = parameters.flag("writes") ?? false
        try parameters.finish()
        guard call.server.isAccepting() else { throw notReady(Message("Le service s’arrête.", "The service is stopping.")) }
        let role: DatabaseRole
        do {
            role = try await Migration.check(call.server.database)
        } catch let refusal as Migration.Refusal {
            throw Problem(refusal)
        } catch {
            throw notReady(Message("La base de données ne répond pas.", "The database does not answer."))
        }
        if writes, role == .standby { throw Problem.standbyTakesNoWrites() }
        return healthy(role)
    }

    private static func healthy(_ role: DatabaseRole? = nil) -> Answer {
        var answer = Answer.json { writer in
            writer.object { health in
                health.member("status", "ok")
                if let role { health.member("database", role.rawValue) }
            }
        }
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    private static func notReady(_ detail: Message) -> Problem {
        var problem = Problem(.unavailable, detail)
        problem.fields[.retryAfter] = "1"
        return problem
    }

    @Sendable static func openAPIYAML(_ call: Call) async throws -> Answer {
        try document(call, call.server.contract.yaml(at: call.base), .yaml)
    }

    @Sendable static func openAPIJSON(_ call: Call) async throws -> Answer {
        try document(call, call.server.contract.json(at: call.base), .json)
    }

    private static func document(_ call: Call, _ file: Contract.File, _ type: MediaType) throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        var answer = Answer(.ok, file.text, type: type).tagged(file.tag)
        answer.compressed = file.compressed
        return try call.conditions().isUnmodified(file.tag) ? answer.unmodified() : answer
    }

    @Sendable static func securityText(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        let text = """
            Contact: \(call.server.configuration.securityContact)
            Preferred-Languages: fr, en
            Expires: \(Version.securityTextExpires)

            """
        return Answer(.ok, ByteBuffer(string: text), type: .text)
    }

    @Sendable static func documentation(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        let page = DocsPage(
            frame: call.frame, chapters: call.server.contract.chapters, vocabularies: call.server.vocabularies,
            figuresArePublic: call.server.configuration.publicFigures)
        return .page(page.page)
    }

    @Sendable static func documentationChapter(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        let code = call.pathValue("chapter")
        guard let chapter = call.server.contract.chapters.first(where: { $0.code == code }) else { throw Problem.notFound() }
        return .page(DocsChapter(frame: call.frame, chapter: chapter).page)
    }
}
