internal import Foundation

/// SplitMix64: a generator whose whole run follows from one number.
public struct SeededRandom: RandomNumberGenerator {
    /// What the run started from.
    public let seed: UInt64
    private var state: UInt64

    /// The run of `seed`.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A run of a fresh seed, or of the one in the environment's `REGIOHUB_SEED`, which it prints so that a failure
    /// can be run again.
    public static func announced(_ test: String = #function) -> SeededRandom {
        let fixed = ProcessInfo.processInfo.environment["REGIOHUB_SEED"].flatMap { UInt64($0) }
        let random = SeededRandom(seed: fixed ?? .random(in: 0...(.max)))
        print("seed of \(test): REGIOHUB_SEED=\(random.seed)")
        return random
    }

    /// The next number of the run.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
