import Dispatch
import Synchronization
import Testing

@testable import JalonServer

@Suite("Lines on their way to the log")
struct LineBufferTests {
    @Test("leave whole, in the order of each writer, and none is left at the end")
    func order() async throws {
        let written = Mutex("")
        let buffer = LineBuffer { bytes in written.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }
        await withTaskGroup(of: Void.self) { writers in
            for writer in 0..<8 {
                writers.addTask {
                    for line in 0..<500 { buffer.write(Array("\(writer) \(line)\n".utf8)) }
                }
            }
        }
        buffer.end()
        let lines = written.withLock { $0 }.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
        #expect(lines.count == 4_000)
        for writer in 0..<8 {
            #expect(lines.filter { $0[0] == writer }.map { $0[1] } == Array(0..<500))
        }
    }

    @Test("do not wait for a reader that has stopped, and cost it lines when it is far behind")
    func stalled() async throws {
        let gate = DispatchSemaphore(value: 0)
        let written = Mutex(0)
        let buffer = LineBuffer { bytes in
            gate.wait()
            written.withLock { $0 += bytes.count }
        }
        let line = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
        for _ in 0..<20 { buffer.write(line) }
        for _ in 0..<20 { gate.signal() }
        buffer.end()
        #expect(written.withLock { $0 } < 20 << 20)
    }
}
