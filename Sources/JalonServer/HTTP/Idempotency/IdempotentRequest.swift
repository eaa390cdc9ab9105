import ActionPlans
import Cryptography
import Documents
import HTTPTypes
import Postgres

/// A POST that bears a key: what it is, and what was answered to it before.
package struct IdempotentRequest: Sendable {
    private let principal: String
    private let token: TokenSecret
    private let key: IdempotencyKey
    private let sha256: [UInt8]
    private let seal: AnswerSeal

    init(_ key: IdempotencyKey, of actor: Actor, _ token: TokenSecret, _ request: IncomingRequest, body: [UInt8]) {
        principal = actor.principal
        self.token = token
        self.key = key
        seal = AnswerSeal(token: token, key: key)
        var hash = SHA256()
        let parts = [request.method.rawValue, request.target, request.fields[.contentType] ?? ""].map { Array($0.utf8) }
        for part in parts + [body] {
            // With its length before it, no part can be taken for the beginning of the next.
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.add($0) }
            hash.add(part)
        }
        sha256 = hash.end()
    }

    /// Takes the key for this transaction, as its first statement: a request with the same key that runs meanwhile waits
    /// here and holds no other lock.
    /// - Returns: the answer given before, or nil when the request is to be done.
    /// - Throws: ``ProblemKind/idempotencyInProgress`` when the wait was too long, ``ProblemKind/idempotencyKeyReused``
    ///   when the key named another request, ``ProblemKind/idempotencyAnswerSealed`` when another token must be shown.
    func begin(_ session: borrowing Session) throws -> Answer? {
        do {
            if try IdempotencyQueries.take(session, principal: principal, token: token.id, key: key, request: sha256) {
                return nil
            }
        } catch let error as DatabaseError where error.isLockTimeout {
            throw Self.inProgress()
        }
        // In a statement of its own, which sees what the request before has just committed.
        guard let earlier = try IdempotencyQueries.find(session, principal: principal, key: key), let sealed = earlier.answer
        else { throw Self.inProgress() }
        guard earlier.request == sha256 else { throw Self.reused() }
        var answer = try seal(of: earlier.token, session).open(sealed, of: sha256)
        answer.fields[.idempotencyReplayed] = "true"
        return answer
    }

    /// The seal of what a token was given: this one, or the one that this one was renewed from.
    private func seal(of giver: String, _ session: borrowing Session) throws -> AnswerSeal {
        if giver == token.id { return seal }
        guard let predecessor = try IdempotencyQueries.predecessor(session, of: token.id, named: giver) else {
            throw Self.sealed(for: giver)
        }
        return AnswerSeal(token: try PredecessorSeal.open(predecessor, of: giver, with: token), key: key)
    }

    /// Keeps the answer, in the transaction it speaks of.
    func keep(_ answer: Answer, _ session: borrowing Session) throws {
        try IdempotencyQueries.keep(
            session, principal: principal, key: key, answer: try seal.close(answer, of: sha256))
    }

    private static func inProgress() -> Problem {
        var problem = Problem(
            .idempotencyInProgress,
            Message(
                "La première requête de cette clé d’idempotence est encore en cours ; réessayez dans un instant.",
                "The first request with this idempotency key is still running; try again in a moment."))
        problem.fields[.retryAfter] = "1"
        return problem
    }

    private static func sealed(for token: String) -> Problem {
        let message = Message(
            "Cette requête est faite, et sa réponse est scellée avec le jeton \(token) : renvoyez-la avec lui, ou avec celui qui l’a renouvelé.",
            "This request is done, and its answer is sealed with the token \(token): send it with that one, or the one that renewed it."
        )
        var problem = Problem(.idempotencyAnswerSealed, message)
        problem.faults = [Problem.Located(place: .parameter("Idempotency-Key"), code: .inconsistent, message: message)]
        return problem
    }

    private static func reused() -> Problem {
        let message = Message(
            "Cette clé d’idempotence a déjà servi à une autre requête (méthode, adresse, type ou corps) : prenez-en une autre.",
            "This idempotency key has already named another request (method, address, type or body): take another one.")
        var problem = Problem(.idempotencyKeyReused, message)
        problem.faults = [Problem.Located(place: .parameter("Idempotency-Key"), code: .duplicate, message: message)]
        return problem
    }
}

extension Call {
    /// One POST, one transaction, from which its answer comes: sent again with the same `Idempotency-Key`, it is answered
    /// the same and not done again. What a dry run answers is not kept, nor is a refusal.
    func post(
        dryRun: Bool, timeout: Duration? = nil, _ body: @escaping @Sendable (borrowing Session) throws -> Answer
    ) async throws -> Answer {
        guard let idempotent, !dryRun else { return try await write(dryRun: dryRun, timeout: timeout, body) }
        return try await write(dryRun: false, timeout: timeout) { [language] session in
            if let earlier = try idempotent.begin(session) { return earlier }
            var answer = try body(session)
            answer.fields[.contentLanguage] = language.rawValue
            try idempotent.keep(answer, session)
            return answer
        }
    }
}
