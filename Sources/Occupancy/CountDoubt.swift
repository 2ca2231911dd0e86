/// How many people a counter may not have seen, after so many that it has.
///
/// Misses are rare and independent: a child under the beam, two abreast. Of `n` people with a chance `p` each, the
/// number missed is Poisson distributed with mean `n p`; the allowance is the smallest number that is not exceeded in 99
/// of 100 cases. It grows with what was counted and starts anew where the space is known to be empty.
struct CountDoubt: Hashable, Sendable {
    private var counted = 0
    private(set) var allowance = 0

    /// The largest mean at which no more than `index` are missed in 99 of 100 cases: half the 1 % quantile of the χ²
    /// distribution with 2 (index + 1) degrees of freedom (Johnson, Kemp, Kotz: Univariate Discrete Distributions,
    /// section 4.7).
    private static let means = [
        0.01, 0.1485, 0.436, 0.8232, 1.2791, 1.7852, 2.3302, 2.9061, 3.5074, 4.1301, 4.7712, 5.4281, 6.099, 6.7823,
        7.4767, 8.1811, 8.8945, 9.6163, 10.3457, 11.0821, 11.825,
    ]

    /// `people` more were counted, of whom `percent` in 100 are missed. Returns by how much the allowance grows.
    mutating func count(_ people: Int, percent: Int) -> Int {
        counted = min(counted + people, SpaceOccupancy.limit)
        let mean = Double(counted * percent) / 100
        var needed = Self.means.firstIndex { mean <= $0 } ?? Int(mean + 2.4 * mean.squareRoot() + 1)
        if percent == 0 { needed = 0 }
        let growth = max(needed - allowance, 0)
        allowance += growth
        return growth
    }
}
