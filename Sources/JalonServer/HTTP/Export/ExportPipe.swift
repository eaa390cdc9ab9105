import NIOCore
import Postgres

/// Hands an export from the thread that reads the database to whoever sends it, in pieces, and holds only so much of it.
///
/// What fits is read to its end before anything is sent: its connection goes on to others at once, however slow the reader
/// is, and what fails is a problem like any other. What does not fit keeps its connection, and the snapshot with it,
/// until the reader has taken it in or the time is up.
///
/// `@unchecked`: every `var` is read and written with `lock` held.
final class ExportPipe: @unchecked Sendable {
    enum Beginning {
        case whole(ByteBuffer)
        /// The pieces come by ``next()``.
        case long
    }

    /// In bytes. Four thousand actions fit.
    static let mostHeld = 1 << 20

    private let lock = Lock()
    /// There is room again, or nobody wants the rest.
    private let room: Condition
    private let places: ExportPlaces
    private let deadline: Moment
    private var pieces: [ByteBuffer] = []
    private var held = 0
    private var outcome: Result<Void, any Error>?
    private var isLong = false
    private var isClosed = false
    private var validator: EntityTag?
    /// Resumed at every change.
    private var reader: CheckedContinuation<Void, Never>?

    /// - Parameter duration: how long it may take in all.
    init(places: ExportPlaces, within duration: Duration) {
        room = Condition(lock)
        self.places = places
        deadline = .now + duration
    }

    /// Of a long export; told before its first piece.
    var tag: EntityTag? {
        get { lock.withLock { validator } }
        set { lock.withLock { validator = newValue } }
    }

    // MARK: - The thread that reads the database

    /// Returns when there is room for the next piece.
    /// - Throws: ``ProblemKind/unavailable`` without a place to wait in, `CancellationError` when nobody wants the rest or the
    ///   reader has taken too long.
    func write(_ piece: ByteBuffer) throws {
        lock.lock()
        defer { lock.unlock() }
        pieces.append(piece)
        held += piece.readableBytes
        if held > Self.mostHeld, !isLong {
            try places.take()
            isLong = true
        }
        wakeReader()
        while held > Self.mostHeld, !isClosed {
            guard room.wait(until: deadline) else { throw CancellationError() }
        }
        if isClosed { throw CancellationError() }
    }

    /// To be called once, when all is written or nothing more will be.
    func end(_ outcome: Result<Void, any Error>) {
        lock.withLock {
            self.outcome = outcome
            if isLong { places.give() }
            wakeReader()
        }
    }

    // MARK: - Whoever sends it

    /// Returns when the whole is there, or more than is held.
    /// - Throws: what the reading of the database failed with.
    func begin() async throws -> Beginning {
        while true {
            let beginning: Beginning? = try lock.withLock {
                if isLong { return .long }
                guard let outcome else { return nil }
                try outcome.get()
                return .whole(takePieces())
            }
            if let beginning { return beginning }
            try await change()
        }
    }

    /// All that is there of the rest; nil at its end.
    func next() async throws -> ByteBuffer? {
        while true {
            let next: (found: Bool, piece: ByteBuffer?) = try lock.withLock {
                if held > 0 { return (true, takePieces()) }
                guard let outcome else { return (false, nil) }
                try outcome.get()
                return (true, nil)
            }
            if next.found { return next.piece }
            try await change()
        }
    }

    /// Nobody wants the rest: the thread that waits for room goes on to other things.
    func close() {
        lock.withLock {
            isClosed = true
            room.signal()
            wakeReader()
        }
    }

    /// With `lock` held.
    private func takePieces() -> ByteBuffer {
        var whole = pieces.first ?? ByteBuffer()
        for piece in pieces.dropFirst() { whole.writeImmutableBuffer(piece) }
        pieces = []
        held = 0
        room.signal()
        return whole
    }

    /// With `lock` held.
    private func wakeReader() {
        reader?.resume()
        reader = nil
    }

    /// Waits for a piece or for the end.
    private func change() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                lock.withLock {
                    if held > 0 && isLong || outcome != nil || isClosed {
                        continuation.resume()
                    } else {
                        reader = continuation
                    }
                }
            }
        } onCancel: {
            close()
        }
        try Task.checkCancellation()
    }
}
