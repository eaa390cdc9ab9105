import Glibc

/// A POSIX mutex. `Synchronization.Mutex` has no condition to wait on while it is released.
///
/// `@unchecked`: the pointer never changes and POSIX makes every use of what it points to safe between threads.
package final class Lock: @unchecked Sendable {
    fileprivate let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    package func lock() { pthread_mutex_lock(mutex) }
    package func unlock() { pthread_mutex_unlock(mutex) }

    package func withLock<Value>(_ body: () throws -> Value) rethrows -> Value {
        lock()
        defer { unlock() }
        return try body()
    }
}

/// A POSIX condition on the monotonic clock, used with one `Lock`.
///
/// `@unchecked`: as for `Lock`.
package final class Condition: @unchecked Sendable {
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let lock: Lock

    package init(_ lock: Lock) {
        self.lock = lock
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
    }

    /// Releases the lock, which the caller holds, until signalled or `deadline`. Returns false once that has passed.
    @discardableResult
    package func wait(until deadline: Moment?) -> Bool {
        guard let deadline else {
            pthread_cond_wait(condition, lock.mutex)
            return true
        }
        var time = deadline.timespec
        return pthread_cond_timedwait(condition, lock.mutex, &time) != ETIMEDOUT
    }

    package func signal() { pthread_cond_signal(condition) }
    package func broadcast() { pthread_cond_broadcast(condition) }
}
