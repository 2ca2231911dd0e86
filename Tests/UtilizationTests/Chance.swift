import TestSupport

/// A number of a distribution that is nearly normal, around 0 with a deviation of 1: the sum of twelve.
func normal(_ random: inout SeededRandom) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
}

/// A share as people read it.
func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
