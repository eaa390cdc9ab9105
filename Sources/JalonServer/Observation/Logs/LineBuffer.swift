import Dispatch
import Synchronization

/// Lines on their way to standard error, written by a thread of their own some milliseconds later: a request waits neither
/// for the reader of the log nor for a system call, and a thousand lines a second leave in two hundred writes.
package final class LineBuffer: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isEnding = false
    }

    /// In bytes. A reader so far behind loses lines; the service goes on.
    private static let capacity = 4 << 20
    private static let gathering: DispatchTimeInterval = .milliseconds(5)

    private let state = Mutex(State())
    private let arrival = DispatchSemaphore(value: 0)
    /// Held while bytes are written, so that batches leave in order.
    private let writing = Mutex(())
    private let output: @Sendable ([UInt8]) -> Void

    package init(output: @escaping @Sendable ([UInt8]) -> Void = StandardErrorLines.write) {
        self.output = output
        DispatchQueue(label: "log").async { [self] in
            while !state.withLock({ $0.isEnding }) {
                arrival.wait()
                _ = DispatchSemaphore(value: 0).wait(timeout: .now() + Self.gathering)
                writePending()
            }
        }
    }

    package func write(_ line: [UInt8]) {
        let isFirst = state.withLock { state in
            guard state.bytes.count + line.count <= Self.capacity else { return false }
            state.bytes.append(contentsOf: line)
            return state.bytes.count == line.count
        }
        if isFirst { arrival.signal() }
    }

    /// Writes what is left; nothing is to be logged afterwards.
    package func end() {
        state.withLock { $0.isEnding = true }
        writePending()
        arrival.signal()
    }

    private func writePending() {
        writing.withLock { _ in
            let bytes = state.withLock { state in
                defer { state.bytes.removeAll(keepingCapacity: state.bytes.capacity <= 1 << 16) }
                return state.bytes
            }
            if !bytes.isEmpty { output(bytes) }
        }
    }
}
