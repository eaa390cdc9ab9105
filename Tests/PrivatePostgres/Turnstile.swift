/// Lets a few tests at a time have a server: Swift Testing starts them all at once, and a machine of two cores would be busy for
/// longer than they wait for an answer.
package actor Turnstile {
    /// For the tests that have a schema of their own: a server of 600 connections would run out of them.
    package static let servers = Turnstile(places: 8)
    /// For those that have a PostgreSQL of their own.
    package static let clusters = Turnstile(places: 3)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) {
        self.places = places
    }

    package func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    package func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}
