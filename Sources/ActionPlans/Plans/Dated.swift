/// A state that something was in, from a day on.
package struct Dated<State: Sendable>: Sendable {
    package let since: CivilDate
    package let state: State

    package init(since: CivilDate, _ state: State) {
        self.since = since
        self.state = state
    }
}
