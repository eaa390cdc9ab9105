import ActionPlans
import HTTPTypes
import NIOCore
import NIOHTTP1

/// One client: its requests are answered one at a time and in order, and everything it may make us wait for has an end.
///
/// Lives on the event loop of its channel, like all that it holds.
final class Connection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let dispatcher: Dispatcher
    let limits: FrontLimits
    private let executor: EventLoopExecutor
    private let peer: String?
    var context: ChannelHandlerContext?
    private var ticks: RepeatedTask?

    var exchange: Exchange?
    /// What the client sent ahead of the answer it is waiting for.
    private var backlog = CircularBuffer<HTTPServerRequestPart>()
    private var writing: AnswerWriting?
    var streaming: StreamWriting?
    /// What cannot be read further: told once the requests before it are answered.
    private var fault: Problem?
    var wait: Wait
    private var received = 0
    private var isReadWanted = false
    private var isAdvancing = false
    private var isDraining = false
    private var inputEndedAt: NIODeadline?
    private var hasOutputEnded = false

    init(_ dispatcher: Dispatcher, limits: FrontLimits, channel: any Channel) {
        self.dispatcher = dispatcher
        self.limits = limits
        executor = EventLoopExecutor(channel.eventLoop)
        peer = channel.remoteAddress?.ipAddress
        wait = Wait(.opening, until: .now() + limits.head)
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        ticks = context.eventLoop.scheduleRepeatedTask(initialDelay: limits.tick, delay: limits.tick) { _ in
            bound.value.tick()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ticks?.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        exchange?.breakOff(Problem.bodyCutShort())
        exchange?.abandon()
        writing?.stop()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            inputEndedAt = .now()
            if wait.isForRequest { finishOutput() }
            if wait.reason == .lingering { context.close(promise: nil) }
        case is ChannelShouldQuiesceEvent:
            isDraining = true
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: limits.drain) { bound.value.leaveIfIdle() }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func leaveIfIdle() {
        if exchange == nil, !isWriting, wait.isForFirstByte { finishOutput() }
    }

    // MARK: - Reading

    func bytesHaveCome(_ count: Int) {
        received += count
        if wait.isForFirstByte { wait = Wait(.head, until: .now() + limits.head) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if hasOutputEnded || fault != nil { return }
        if let exchange, !exchange.hasEnded {
            take(part, of: exchange)
        } else if exchange != nil || isWriting || !backlog.isEmpty {
            backlog.append(part)
        } else {
            begin(part)
        }
    }

    /// Reading goes on while there is use for what comes: at most one read is kept ahead of the answers.
    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { isReadWanted = true }
    }

    private var isWriting: Bool { writing != nil || streaming != nil }
    private var hasInputEnded: Bool { inputEndedAt != nil }

    private var mayRead: Bool {
        if hasOutputEnded { return true }
        guard backlog.isEmpty, fault == nil else { return false }
        guard let exchange, !exchange.hasEnded else { return true }
        return exchange.isWanted || exchange.isAnswered || exchange.unread < limits.unreadBody
    }

    private func resumeReading() {
        guard isReadWanted, mayRead else { return }
        isReadWanted = false
        context?.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasOutputEnded else { return }
        if error is IOError || error is ChannelError { return context.close(promise: nil) }
        let error = error as? HTTPParserError
        if let exchange, !exchange.hasEnded {
            breakOff(exchange, Problem.unreadableBody(error))
        } else if let last = backlog.last, !last.isEnd {
            fault = fault ?? Problem.unreadableBody(error)
        } else if error == .invalidEOFState, wait.isForFirstByte || exchange != nil {
            // The client has hung up between two requests.
        } else {
            fault = fault ?? Problem.unreadableHead(error)
            advance()
        }
    }

    private func breakOff(_ exchange: Exchange, _ problem: Problem) {
        exchange.breakOff(problem)
        if exchange.isAnswered, !isWriting { finishOutput() }
    }

    // MARK: - Requests

    private func begin(_ part: HTTPServerRequestPart) {
        guard case .head(let received) = part else { return }
        do throws(Problem) {
            let exchange = Exchange(try RequestHead(received, limits: limits))
            self.exchange = exchange
            wait = Wait(.answer, until: .distantFuture)
            // One without a body is answered once it has ended, which is at once.
            if exchange.head.hasBody { exchange.start(dispatcher, executor, on: self, peer: peer) }
        } catch {
            fault = error
            backlog.removeAll()
            advance()
        }
    }

    private func take(_ part: HTTPServerRequestPart, of exchange: Exchange) {
        switch part {
        case .head: break
        case .body(let bytes): exchange.receive(bytes)
        case .end:
            exchange.end()
            if exchange.head.hasBody {
                if wait.reason == .body { wait = Wait(.answer, until: .distantFuture) }
                endIfAnswered(exchange)
            } else {
                exchange.start(dispatcher, executor, on: self, peer: peer)
            }
        }
    }

    func collect(_ exchange: Exchange, _ limit: Int, _ continuation: CheckedContinuation<[UInt8], any Error>) {
        exchange.want(limit, continuation)
        guard !exchange.hasEnded, let context, self.exchange === exchange else { return }
        if exchange.head.expectsContinue, (exchange.head.length ?? 0) <= limit {
            context.writeAndFlush(wrapOutboundOut(AnswerBytes.continue), promise: nil)
        }
        wait = Wait(.body, until: .now() + (limit > limits.smallBody ? limits.largeBody : limits.body))
        wait.watchRate(from: received, limits: limits)
        resumeReading()
    }

    // MARK: - Answers

    func send(_ answer: Answer, for exchange: Exchange) {
        guard let context, self.exchange === exchange, !exchange.isAnswered else { return }
        exchange.isAnswered = true
        guard answer.status != .clientClosedRequest else { return context.close(promise: nil) }
        let head = exchange.head
        let isLast = (isDraining || hasInputEnded) && backlog.isEmpty
        let isStream = answer.stream != nil && head.method != .head
        let keepsAlive = head.keepsAlive && !isLast && exchange.leavesLittle(limits) && !(isStream && head.isHTTP10)
        let connection: StaticString? = keepsAlive ? (head.isHTTP10 ? "keep-alive" : nil) : "close"
        let bytes = AnswerBytes(answer, to: head, connection: connection, allocator: context.channel.allocator)
        if isStream {
            streaming = StreamWriting(isChunked: !head.isHTTP10, keepsAlive: keepsAlive)
            context.writeAndFlush(wrapOutboundOut(bytes.head), promise: nil)
        } else {
            write(bytes, keepsAlive: keepsAlive)
        }
    }

    private func write(_ bytes: AnswerBytes, keepsAlive: Bool) {
        guard let context else { return }
        let writing = AnswerWriting(bytes, keepsAlive: keepsAlive)
        self.writing = writing
        wait = Wait(.reader, until: .now() + limits.slice)
        writing.start(context, sliceSize: limits.sliceSize) { [self] progress in
            switch progress {
            case .more: wait = Wait(.reader, until: .now() + limits.slice)
            case .done: written(keepsAlive: keepsAlive)
            case .failed: self.context?.close(promise: nil)
            }
        }
    }

    func written(keepsAlive: Bool) {
        writing = nil
        guard keepsAlive else { return finishOutput() }
        if let exchange { endIfAnswered(exchange) }
    }

    private func endIfAnswered(_ exchange: Exchange) {
        guard exchange.isAnswered, exchange.hasEnded, !isWriting else {
            if exchange.isAnswered, !isWriting { wait = Wait(.body, until: .now() + limits.body) }
            // The rest of its body may have come already.
            return advance()
        }
        self.exchange = nil
        wait = Wait(.nextRequest, until: .now() + limits.keepAlive)
        advance()
    }

    /// Takes up what has already come, in a loop rather than by recursion: a client may send a hundred requests at once.
    private func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        while !isWriting, !hasOutputEnded {
            if let exchange {
                guard !exchange.hasEnded, let part = backlog.popFirst() else { break }
                take(part, of: exchange)
            } else if let part = backlog.popFirst() {
                begin(part)
            } else {
                break
            }
        }
        isAdvancing = false
        // The rest of its body came broken while it waited for its turn.
        if let fault, let exchange, !exchange.hasEnded, backlog.isEmpty { breakOff(exchange, fault) }
        let isIdle = exchange == nil && !isWriting && !hasOutputEnded
        if isIdle, let fault {
            refuse(fault)
        } else if isIdle, hasInputEnded {
            finishOutput()
        } else {
            resumeReading()
        }
    }

    private func refuse(_ problem: Problem) {
        guard let context, !hasOutputEnded, !isWriting else { return }
        let answer = dispatcher.refusal(problem, to: peer)
        write(AnswerBytes(answer, to: nil, connection: "close", allocator: context.channel.allocator), keepsAlive: false)
    }

    /// Nothing more will be written. The client gets the time to read what was, then the connection is cut: closing with
    /// bytes unread would take the answer away from it.
    private func finishOutput() {
        guard let context, !hasOutputEnded else { return }
        hasOutputEnded = true
        backlog.removeAll()
        if hasInputEnded {
            context.close(promise: nil)
        } else {
            wait = Wait(.lingering, until: .now() + limits.lingering)
            context.close(mode: .output, promise: nil)
            resumeReading()
        }
    }

    // MARK: - Deadlines

    private func tick() {
        let now = NIODeadline.now()
        if let inputEndedAt, now >= inputEndedAt + limits.hangUp { exchange?.abandon() }
        guard wait.isOver(at: now, received: received) else { return }
        switch wait.reason {
        case .opening, .nextRequest: finishOutput()
        case .head: refuse(Problem.requestTimeout())
        case .body:
            wait = Wait(.answer, until: .distantFuture)
            if let exchange { breakOff(exchange, Problem.requestTimeout()) }
        case .reader, .lingering: context?.close(promise: nil)
        case .answer: break
        }
    }
}
