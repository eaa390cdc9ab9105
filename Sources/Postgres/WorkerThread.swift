import Glibc

/// A thread of our own: libpq blocks, and must never block Swift's cooperative pool.
struct WorkerThread: Sendable {
    private let id: pthread_t

    /// Starts a thread under `name` (15 bytes are kept) that runs `body` and ends.
    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        var id = pthread_t()
        let task = Unmanaged.passRetained(ThreadBody(name: name, body: body))
        let status = pthread_create(
            &id, nil,
            { context in
                guard let context else { return nil }
                let task = Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
                nameThisThread(task.name)
                task.body()
                return nil
            },
            task.toOpaque()
        )
        precondition(status == 0, "the system refuses one more thread (\(status))")
        self.id = id
    }

    /// Waits for its end and frees it. Once only.
    func join() {
        pthread_join(id, nil)
    }

    /// Lets it end on its own. Once only, and not after `join`.
    func detach() {
        pthread_detach(id)
    }
}

/// What `top -H` and a debugger show. Swift does not see `pthread_setname_np`, a GNU extension; the kernel's file is
/// the same thing, and without it the thread only lacks a name.
private func nameThisThread(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, name, name.utf8.count)
    close(file)
}

private final class ThreadBody: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
