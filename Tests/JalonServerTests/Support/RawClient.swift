import Foundation
import NIOCore
import NIOPosix

/// A client that sends the bytes it is told to and reads what comes, one connection each.
enum RawClient {
    /// What came until the server hung up, or until `enough` was seen.
    struct Reply: Sendable {
        let text: String
        let isClosed: Bool

        /// The status lines, in order.
        var statuses: [Int] {
            text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
        }
    }

    /// - Parameter window: how many bytes the system takes in for whoever does not read.
    static func with<Result: Sendable>(
        _ address: String, window: Int32? = nil, _ body: @escaping @Sendable (Exchange) async throws -> Result
    ) async throws -> Result {
        let port = Int(address.split(separator: ":").last ?? "") ?? 0
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
        if let window { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(window)) }
        let channel =
            try await bootstrap
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(Exchange(inbound: Inbound(inbound), outbound: outbound))
        }
    }

    /// What comes over one connection, which may be read on after a pause.
    fileprivate actor Inbound {
        private let iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

        init(_ stream: NIOAsyncChannelInboundStream<ByteBuffer>) { iterator = stream.makeAsyncIterator() }

        func next() async throws -> ByteBuffer? {
            // A copy reads from the same stream.
            var iterator = iterator
            return try await iterator.next(isolation: self)
        }
    }

    /// Both ways of one connection.
    struct Exchange: Sendable {
        fileprivate let inbound: Inbound
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

        func send(_ text: String) async throws {
            try await outbound.write(ByteBuffer(string: text))
        }

        /// Nothing more will be sent.
        func finish() { outbound.finish() }

        /// Reads what was not read yet, until the server hangs up or `isEnough`, for twenty seconds at most.
        func reply(until isEnough: @escaping @Sendable (Reply) -> Bool = { _ in false }) async throws -> Reply {
            try await withThrowingTaskGroup(of: Reply.self) { tasks in
                tasks.addTask {
                    var bytes = ByteBuffer()
                    do {
                        while let part = try await inbound.next() {
                            bytes.writeImmutableBuffer(part)
                            let reply = Reply(text: String(buffer: bytes), isClosed: false)
                            if isEnough(reply) { return reply }
                        }
                    } catch is IOError {
                        // Reset by the server: closed.
                    }
                    return Reply(text: String(buffer: bytes), isClosed: !Task.isCancelled)
                }
                tasks.addTask {
                    try await Task.sleep(for: .seconds(20))
                    return Reply(text: "", isClosed: false)
                }
                let first = try await tasks.next()
                tasks.cancelAll()
                return first ?? Reply(text: "", isClosed: true)
            }
        }
    }

    /// Sends the text and reads what comes.
    static func exchange(
        _ address: String, _ text: String, thenFinish: Bool = false,
        until isEnough: @escaping @Sendable (Reply) -> Bool = { _ in false }
    ) async throws -> Reply {
        try await with(address) { exchange in
            try await exchange.send(text)
            if thenFinish { exchange.finish() }
            return try await exchange.reply(until: isEnough)
        }
    }
}
