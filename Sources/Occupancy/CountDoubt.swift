/// How many people a counter may not have seen, after so many that it has.
///
/// Misses are rare and independent: a child under the beam, two abreast. Of `n` people with a chance `p` each, the
/// number missed is Poisson distributed with mean `n p`; the allowance is the smallest number that is not exceeded in 19
/// of 20 cases. It grows with what was counted and starts anew where the space is known to be empty.
struct CountDoubt: Hashable, Sendable {
    private var counted = 0
    private(set) var allowance = 0

    /// The largest mean at which no more than `index` are missed in 19 of 20 cases: half the 5 % quantile of the χ²
    /// distribution with 2 (index + 1) degrees of freedom (Johnson, Kemp, Kotz: Univariate Discrete Distributions,
    /// section 4.7).
    private static let means = [
        0.0512, 0.3553, 0.8176, 1.3663, 1.9701, 2.613, 3.2853, 3.9808, 4.6952, 5.4254, 6.169, 6.9242, 7.6895,
        8.4639, 9.2463, 10.0359, 10.8321, 11.6343, 12.4419, 13.2546, 14.072,
    ]

    /// `people` more were counted, of whom `percent` in 100 are missed. Returns by how much the allowance grows.
    mutating func count(_ people: Int, percent: Int) -> Int {
        counted = min(counted + people, SpaceOccupancy.limit)
        let mean = Double(counted * percent) / 100
        var needed = Self.means.firstIndex { mean <= $0 } ?? Int(mean + 1.8 * mean.squareRoot() + 1)
        if percent == 0 { needed = 0 }
        let growth = max(needed - allowance, 0)
        allowance += growth
        return growth
    }
}
