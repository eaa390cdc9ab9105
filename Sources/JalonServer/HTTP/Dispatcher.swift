import ActionPlans
import HTTPTypes
import Logging
import NIOCore
import Postgres

/// The one way from a request to an answer: route, caller, permission, media types, body, handler. Whatever is thrown on
/// the way becomes a problem.
package struct Dispatcher: Sendable {
    private let routes: RouteTable
    private let server: ServerState
    /// Whether the service itself is here: a port without it is the operator's alone.
    private let isForPages: Bool
    /// What is read of each type, by whatever operation.
    let bodies: [MediaType: Operation.Body]

    package init(operations: [Operation], server: ServerState) {
        routes = RouteTable(operations)
        self.server = server
        isForPages = operations.contains { $0.purpose == .service }
        bodies = Dictionary(
            operations.flatMap { operation in operation.body.types.map { ($0, operation.body) } },
            uniquingKeysWith: { first, _ in first })
    }

    package func answer(_ received: IncomingRequest) async -> Answer {
        let base = server.configuration.basePath(of: received)
        let request = received.retargeted(base.removed(from: received.target))
        var trail = RequestTrail(request, at: base)
        server.metrics.begin()
        let language = Negotiation.language(request.fields, target: request.target)
        var answer: Answer
        do {
            answer = try await handle(request, language, &trail)
            if request.method == .get || request.method == .head { try validate(&answer, request.fields, trail) }
            if let control = trail.operation?.freshness.cacheControl(withToken: request.fields.contains(.authorization)),
                answer.status == .ok || answer.status == .notModified
            {
                answer.fields[.cacheControl] = control
            }
        } catch {
            answer = self.answer(to: error, language, &trail, request)
        }
        answer = Self.finished(answer, id: trail.id, language: language)
        // A preflight has its own fields.
        if request.method != .options {
            server.configuration.crossOrigin.admit(request.fields, readers(of: trail.operation), to: &answer.fields)
        }
        trail.standing?.write(to: &answer.fields)
        base.add(to: &answer)
        ContentCoding.apply(to: &answer, request.fields)
        if let producer = answer.stream, request.method != .head {
            answer.stream = noting(trail, request, answer.status, producer)
        } else {
            note(trail, request, answer.status, bytes: answer.sentBytes(to: request.method))
        }
        return answer
    }

    /// The answer to what could not be understood as a request at all.
    package func refusal(_ problem: Problem, to peer: String?) -> Answer {
        let request = IncomingRequest(
            method: Self.unknownMethod, target: "", fields: [:], peer: peer, body: IncomingRequest.noBody)
        var trail = RequestTrail(request)
        trail.problem = problem.kind
        server.metrics.begin()
        var answer = Self.finished(problem.answer(in: .french, instance: trail.id), id: trail.id, language: .french)
        server.configuration.crossOrigin.admit(request.fields, readers(of: nil), to: &answer.fields)
        // Which path a proxy has put before the addresses is not known: its fields were not read.
        server.configuration.basePath.add(to: &answer)
        note(trail, request, answer.status, bytes: answer.sentBytes(to: request.method))
        return answer
    }

    // A token, hence a method as far as the type goes.
    // swift-format-ignore: NeverForceUnwrap
    private static let unknownMethod = HTTPRequest.Method("UNKNOWN")!

    /// With the fields that every answer bears.
    private static func finished(_ answer: Answer, id: String, language: Language) -> Answer {
        var answer = answer
        // An answer given again keeps the language it was first given in.
        if answer.fields.contains(.contentType), !answer.fields.contains(.contentLanguage) {
            answer.fields[.contentLanguage] = language.rawValue
        }
        answer.fields[.xRequestID] = id
        answer.fields.set(noSniffing)
        if !answer.fields.contains(.cacheControl) { answer.fields.append(noCache) }
        answer.fields.set(varying)
        return answer
    }

    // Made once: a value is looked at byte by byte when a field is made of it.
    private static let noSniffing = HTTPField(name: .xContentTypeOptions, value: "nosniff")
    private static let noCache = HTTPField(name: .cacheControl, value: "no-cache")
    private static let varying = HTTPField(name: .vary, value: "Accept, Accept-Encoding, Accept-Language, Authorization")

    private func note(
        _ trail: RequestTrail, _ request: IncomingRequest, _ status: HTTPResponse.Status, bytes: Int, isCut: Bool = false
    ) {
        let nanoseconds = Clock.monotonic() &- trail.startedAt
        server.metrics.end(trail, request.method, status, bytes: bytes, nanoseconds: nanoseconds)
        AccessLog.write(
            trail, request, status, bytes: bytes, isCut: isCut, microseconds: Int(clamping: nanoseconds / 1_000),
            to: server.logger)
    }

    /// The same stream, noted when it ends: only then is it known how long it was, and whether it went out whole.
    private func noting(
        _ trail: RequestTrail, _ request: IncomingRequest, _ status: HTTPResponse.Status,
        _ producer: @escaping AnswerStream.Producer
    ) -> AnswerStream.Producer {
        { stream in
            let sent = Count()
            let counting = AnswerStream { piece in
                try await stream.write(piece)
                sent.add(UInt64(piece.readableBytes))
            }
            do {
                try await producer(counting)
            } catch {
                note(trail, request, status, bytes: Int(sent.now), isCut: true)
                throw error
            }
            note(trail, request, status, bytes: Int(sent.now))
        }
    }

    /// Gives a good answer that its handler has not tagged a strong validator made of its bytes: it changes only when they
    /// do. What must not be kept has none.
    private func validate(_ answer: inout Answer, _ fields: HTTPFields, _ trail: RequestTrail) throws {
        guard answer.status == .ok, answer.stream == nil, !answer.fields.contains(.eTag), !answer.fields.contains(.cacheControl)
        else {
            return
        }
        let tag = EntityTag(of: answer.body)
        answer = answer.tagged(tag)
        if let (key, state) = trail.validation {
            server.validators.remember(answer, tag, isKept: trail.operation?.validator == .kept, as: key, in: state)
        }
        if try Conditions(fields).isUnmodified(tag) { answer = answer.unmodified() }
    }

    /// What needs not be made anew, because the data have not changed since: 304 for a caller who has the answer, or the answer
    /// itself where it is kept.
    private func remembered(
        _ request: IncomingRequest, _ type: MediaType, _ language: Language, _ actor: Actor?, _ trail: inout RequestTrail
    ) async throws -> Answer? {
        let conditions = try Conditions(request.fields)
        let key = ValidatorMemory.Key(request.target, type: type, language: language, actor: actor)
        guard let state = try await ValidatorMemory.state(of: server.database) else { return nil }
        trail.validation = (key, state)
        guard let entry = server.validators.entry(key, in: state) else { return nil }
        return try conditions.isUnmodified(entry.tag) ? .unmodified(tag: entry.tag.field, isLong: entry.isLong) : entry.answer
    }

    private func handle(
        _ request: IncomingRequest, _ language: Language, _ trail: inout RequestTrail
    ) async throws -> Answer {
        if request.target == "*" { return try answerOther(request, allowed: routes.methods) { _ in nil } }
        let (path, query) = Self.split(request.target)
        let operation: Operation
        let values: [String: String]
        let wanted: MediaType?
        switch routes.match(request.method, path) {
        case .found(let match, let placeholders, let type):
            operation = match
            values = placeholders
            wanted = type
        case .otherMethods(let others):
            return try answerOther(request, allowed: others.allowed, others.operation(of:))
        case .nothing:
            // Within a sentence, where the prefix is not put by itself.
            let docs = trail.base.text + "/docs"
            throw Problem.notFound(
                Message("Aucune ressource à cette adresse (voir \(docs)).", "There is nothing at this address (see \(docs))."))
        }
        trail.operation = operation
        // What needs no permission is told without the database, or tells how it fares.
        if operation.permission != .public { try server.schema.admit() }
        let actor = try await Admission(server: server).caller(of: operation, request, &trail)
        let type = try wanted ?? Self.type(of: request.fields, for: operation)
        let queryString = try QueryString(query)
        if operation.validator == .kept || operation.validator == .data && request.fields.contains(.ifNoneMatch),
            let answer = try await remembered(request, type, language, actor, &trail)
        {
            return answer
        }
        let key = request.method == .post ? try IdempotencyKey(request.fields) : nil
        let (document, bytes) = try await placed(operation) {
            try await self.document(of: request, for: operation, at: values)
        }
        let call = Call(
            operation: operation, server: server, id: trail.id,
            target: PercentEncoding.allowed(path) + (query.map { "?" + PercentEncoding.allowed($0) } ?? ""),
            base: trail.base, fields: request.fields, query: queryString,
            language: language, type: type, actor: actor, standing: trail.standing, document: document,
            idempotent: key.flatMap { key in
                guard let actor, let token = TokenDirectory.token(request.fields) else { return nil }
                return IdempotentRequest(key, of: actor, token, request, body: bytes)
            }, pathValues: values, isAbandoned: request.isAbandoned)
        do {
            return try await placed(operation) { try await operation.handler(call) }
        } catch let refusal as Refusal {
            throw Problem(refusal, in: document, query: queryString)
        }
    }

    private static func type(of fields: HTTPFields, for operation: Operation) throws -> MediaType {
        guard let type = operation.answers.isEmpty ? .json : Negotiation.type(fields, offered: operation.answers) else {
            let offered = operation.answers.map(\.rawValue).joined(separator: ", ")
            throw Problem(.notAcceptable, Message("Formats proposés : \(offered).", "Formats offered: \(offered)."))
        }
        return type
    }

    /// Runs what may take long on the threads that are there for it.
    private func placed<Value: Sendable>(
        _ operation: Operation, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        guard operation.takesLong else { return try await body() }
        return try await withTaskExecutorPreference(globalConcurrentExecutor, operation: body)
    }

    /// Whose pages may read what an operation answers; nil for an address or a method that is none, which hides nothing.
    private func readers(of operation: Operation?) -> CrossOriginPolicy.Readers {
        guard isForPages, operation?.purpose != .monitoring else { return .noPage }
        guard let operation else { return .anyPage }
        return operation.permission.roles(publicFigures: server.configuration.publicFigures) == nil ? .anyPage : .namedPages
    }

    private func answerOther(
        _ request: IncomingRequest, allowed: [HTTPRequest.Method], _ operation: (HTTPRequest.Method) -> Operation?
    ) throws -> Answer {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        if request.method == .options {
            var answer = Answer(.noContent)
            answer.fields[.allow] = list
            server.configuration.crossOrigin.preflight(
                request.fields, methods: list, readers: { operation($0).map(readers(of:)) ?? .noPage }, to: &answer.fields)
            return answer
        }
        var problem = Problem(.methodNotAllowed, Message("Méthodes admises ici : \(list).", "Methods allowed here: \(list)."))
        problem.fields[.allow] = list
        throw problem
    }

    private static func split(_ target: String) -> (path: Substring, query: Substring?) {
        let bytes = target.utf8
        let whole = target[..<(bytes.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex)]
        guard let mark = whole.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (whole, nil) }
        return (whole[..<mark], whole[bytes.index(after: mark)...])
    }

    private func answer(
        to error: any Error, _ language: Language, _ trail: inout RequestTrail, _ request: IncomingRequest
    ) -> Answer {
        let problem: Problem
        switch error {
        case let known as Problem: problem = known
        case let refusal as Refusal: problem = Problem(refusal, in: nil)
        case let database as DatabaseError: problem = Problem(database)
        // Nobody waits for the answer any more: no failure of ours.
        case is CancellationError: return Answer(.clientClosedRequest)
        default:
            var unexpected = Problem(.internalError, .internalError)
            unexpected.cause = String(describing: error)
            problem = unexpected
        }
        trail.problem = problem.kind
        if problem.kind.status.code >= 500 {
            var metadata = trail.metadata(request)
            if let cause = problem.cause {
                metadata["cause"] = .string(cause)
                server.logger.error("request failed", metadata: metadata)
            } else {
                // Nothing has failed: the service refuses what is too much at once, and says when to ask again.
                server.logger.notice("request refused", metadata: metadata)
            }
        }
        return request.prefersPage
            ? problem.page(in: language, instance: trail.id, target: request.target)
            : problem.answer(in: language, instance: trail.id)
    }
}
