import HTTPTypes
import NIOCore

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
    private var failure: (any Error)?
    private(set) var unread = 0
    /// What follows on the connection cannot be told from the body.
    private(set) var isBroken = false

    init(_ head: RequestHead) {
        self.head = head
    }

    // MARK: - The answer

    /// Has the request answered, beginning at once.
    /// - Parameters:
    ///   - collect: called on the event loop when the dispatcher wants the body.
    ///   - send: called there with the answer.
    func start(
        _ dispatcher: Dispatcher, _ executor: EventLoopExecutor, peer: String?,
        collect: @escaping (Int, CheckedContinuation<[UInt8], any Error>) -> Void, send: @escaping (Answer) -> Void
    ) {
        let eventLoop = executor.eventLoop
        let collect = NIOLoopBound(collect, eventLoop: eventLoop)
        let send = NIOLoopBound(send, eventLoop: eventLoop)
        let body: @Sendable (Int) async throws -> [UInt8] = { limit in
            try await withCheckedThrowingContinuation { continuation in
                eventLoop.execute { collect.value(limit, continuation) }
            }
        }
        let request = IncomingRequest(
            method: head.method, target: head.target, fields: head.fields, peer: peer,
            body: head.hasBody ? body : IncomingRequest.noBody)
        task = Task.immediate(executorPreference: executor) {
            let answer = await dispatcher.answer(request)
            if eventLoop.inEventLoop {
                send.value(answer)
            } else {
                eventLoop.execute { send.value(answer) }
            }
        }
    }

    /// Nobody waits for the answer any more. A read that still waits for the database is given up; a write is not.
    func abandon() {
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
        isBroken = true
        failure = failure ?? error
        collected = []
        if let waiting {
            self.waiting = nil
            waiting.continuation.resume(throwing: error)
        }
    }
}
