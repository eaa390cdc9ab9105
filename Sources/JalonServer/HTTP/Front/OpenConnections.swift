import NIOCore
import Synchronization

/// The connections of one port, from when they are accepted until they are closed: how they are ended, and when the last has ended.
final class OpenConnections: Sendable {
    private struct State {
        /// Those that are accepted and not closed, some of which are not in `open` yet.
        var count = 0
        var open: [ObjectIdentifier: any Channel] = [:]
        var isListening = true
        var isDraining = false
        var isCut = false
        var end: CheckedContinuation<Void, Never>?

        var hasEnded: Bool { !isListening && count == 0 }
    }

    private let state = Mutex(State())

    func accepted() { state.withLock { $0.count += 1 } }

    /// Takes in a connection that is ready to be told of the end.
    func add(_ client: any Channel) {
        let (isDraining, isCut) = state.withLock { state in
            state.open[ObjectIdentifier(client)] = client
            return (state.isDraining, state.isCut)
        }
        if isDraining { Self.tellEnd(client) }
        if isCut { client.close(promise: nil) }
    }

    func remove(_ client: any Channel) {
        resumeIfEnded { state in
            state.open[ObjectIdentifier(client)] = nil
            state.count -= 1
        }
    }

    func listeningHasEnded() { resumeIfEnded { $0.isListening = false } }

    /// Has each connection end once it has been answered.
    func drain() {
        let open = state.withLock { state in
            state.isDraining = true
            return Array(state.open.values)
        }
        open.forEach(Self.tellEnd)
    }

    /// Ends each connection at once.
    func cut() {
        let open = state.withLock { state in
            state.isCut = true
            return Array(state.open.values)
        }
        for client in open { client.close(promise: nil) }
    }

    /// Waits until nobody listens any more and the last connection is closed.
    func end() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.end = continuation }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func resumeIfEnded(_ change: (inout State) -> Void) {
        let end = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            guard state.hasEnded else { return nil }
            defer { state.end = nil }
            return state.end
        }
        end?.resume()
    }

    private static func tellEnd(_ client: any Channel) {
        client.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
