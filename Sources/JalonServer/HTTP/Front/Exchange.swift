import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// One request and its answer on a connection. Lives on the connection's event loop.
final class Exchange {
    let head: RequestHead
    var isAnswered = false
    private var task: Task<Void, Never>?

    /// The request has arrived whole.
    private(set) var hasEnded = false
    /// The dispatcher wants the body.
    private(set) var isWanted = false
    /// What has come before anybody asked, or while it is being collected.
    private var collected: [UInt8] = []
    private var waiting: (limit: Int, continuation: CheckedContinuation<[UInt8], any Error>)?
    /// Why the body is refused; what follows on the connection is not to be trusted either.
    private var failure: (any Error)?
    private(set) var unread = 0
    private let abandonment = Abandonment()

    init(_ head: RequestHead) {
        self.head = head
    }

    // MARK: - The answer

    /// Has the request answered, beginning at once.
    func start(_ dispatcher: Dispatcher, _ executor: EventLoopExecutor, on connection: Connection, peer: String?) {
        let there = Place(connection, self, executor.eventLoop)
        let collect: @Sendable (Int) async throws -> [UInt8] = { limit in
            try await withCheckedThrowingContinuation { continuation in
                there.execute { $0.collect($1, limit, continuation) }
            }
        }
        let request = IncomingRequest(
            method: head.method, target: head.target, fields: head.fields, peer: peer,
            isAbandoned: { [abandonment] in abandonment.hasHappened }, body: head.hasBody ? collect : IncomingRequest.noBody)
        task = Task.immediate(executorPreference: executor) { await Place.answer(request, dispatcher, there) }
    }

    /// Nobody waits for the answer any more. A read that still waits for the database is given up. A write is not: it learns
    /// of this only where it waits for its turn.
    func abandon() {
        abandonment.happen()
        guard head.method == .get || head.method == .head, !isAnswered else { return }
        task?.cancel()
    }

    // MARK: - The body

    /// Gives the body to the dispatcher once it is whole.
    func want(_ limit: Int, _ continuation: CheckedContinuation<[UInt8], any Error>) {
        isWanted = true
        if let failure { return continuation.resume(throwing: failure) }
        if let length = head.length, length > limit { return fail(Problem.contentTooLarge(limit), continuation) }
        guard collected.count <= limit else { return fail(Problem.contentTooLarge(limit), continuation) }
        if hasEnded { return continuation.resume(returning: collected) }
        if let length = head.length { collected.reserveCapacity(min(length, limit)) }
        waiting = (limit, continuation)
    }

    private func fail(_ problem: Problem, _ continuation: CheckedContinuation<[UInt8], any Error>) {
        failure = problem
        collected = []
        continuation.resume(throwing: problem)
    }

    /// Whether what is left of the request is little enough to be read and dropped once it is answered.
    func leavesLittle(_ limits: FrontLimits) -> Bool {
        guard failure == nil else { return false }
        if hasEnded { return true }
        guard let length = head.length, length <= limits.unreadBody else { return false }
        return !head.expectsContinue || isWanted
    }

    func receive(_ bytes: ByteBuffer) {
        guard failure == nil, !isAnswered else {
            unread += bytes.readableBytes
            return
        }
        if let waiting, collected.count + bytes.readableBytes > waiting.limit {
            self.waiting = nil
            return fail(Problem.contentTooLarge(waiting.limit), waiting.continuation)
        }
        if !isWanted { unread += bytes.readableBytes }
        collected.append(contentsOf: bytes.readableBytesView)
    }

    func end() {
        hasEnded = true
        if let waiting {
            self.waiting = nil
            waiting.continuation.resume(returning: collected)
            collected = []
        }
    }

    /// The body will not come whole.
    func breakOff(_ error: any Error) {
        guard !hasEnded else { return }
        failure = failure ?? error
        collected = []
        if let waiting {
            self.waiting = nil
            waiting.continuation.resume(throwing: error)
        }
    }
}

/// Told by the event loop, asked by any thread.
private final class Abandonment: Sendable {
    private let happened = Atomic(false)

    var hasHappened: Bool { happened.load(ordering: .relaxed) }

    func happen() { happened.store(true, ordering: .relaxed) }
}

/// Where a connection and its exchange may be touched.
private struct Place: Sendable {
    private let connection: NIOLoopBound<Connection>
    private let exchange: NIOLoopBound<Exchange>
    private let eventLoop: any EventLoop

    init(_ connection: Connection, _ exchange: Exchange, _ eventLoop: any EventLoop) {
        self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
        self.exchange = NIOLoopBound(exchange, eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// At once when already there.
    func execute(_ body: @escaping @Sendable (Connection, Exchange) -> Void) {
        if eventLoop.inEventLoop {
            body(connection.value, exchange.value)
        } else {
            eventLoop.execute { body(connection.value, exchange.value) }
        }
    }

    static func answer(_ request: IncomingRequest, _ dispatcher: Dispatcher, _ there: Place) async {
        let answer = await dispatcher.answer(request)
        there.execute { $0.send(answer, for: $1) }
        guard let producer = answer.stream, request.method != .head else { return }
        let stream = AnswerStream { piece in
            try await withCheckedThrowingContinuation { continuation in
                there.execute { $0.send(piece: piece, for: $1, continuation) }
            }
        }
        do {
            try await producer(stream)
            there.execute { $0.endStream(of: $1) }
        } catch {
            // What was sent cannot be taken back: the client learns from the missing end.
            there.execute { $0.breakStream(of: $1) }
        }
    }
}

extension HTTPServerRequestPart {
    var isEnd: Bool {
        if case .end = self { true } else { false }
    }
}
