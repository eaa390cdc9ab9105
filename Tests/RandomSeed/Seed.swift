import Foundation

/// Randomness that can be replayed: the seed is printed with every failure, and `JALON_TEST_SEED` sets it.
package struct Seed: RandomNumberGenerator, CustomStringConvertible, Sendable {
    package let value: UInt64
    private var state: UInt64

    package init(_ value: UInt64) {
        self.value = value
        state = value
    }

    /// The seed of a test run, or a new one.
    package static func fresh() -> Seed {
        let given = ProcessInfo.processInfo.environment["JALON_TEST_SEED"].flatMap { UInt64($0) }
        let seed = Seed(given ?? UInt64.random(in: 0...UInt64(UInt32.max)))
        print("JALON_TEST_SEED=\(seed.value)")
        return seed
    }

    package var description: String { "replay with JALON_TEST_SEED=\(value)" }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
