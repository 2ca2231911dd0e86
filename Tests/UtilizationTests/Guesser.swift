import Foundation

/// What an attacker wants to know of something, what everybody knows of it, and what the messages say.
struct GuessCase {
    /// The answer.
    let isSo: Bool
    /// What is known without the numbers in any message, from what tells most to what was seen most often.
    let known: [[Int]]
    /// How busy the day was, for who lives there.
    let season: Int
    /// What messages say, by name.
    var clues: [String: Int] = [:]
}

/// Guesses the more frequent answer among the seen cases of the same kind: with the same value of one clue and the same of what
/// is known. Kinds that were seen too seldom to say anything are judged by less of what is known, then without the clue.
struct Guesser {
    private struct Kind: Hashable { let known: [Int], season: Int, clue: Int? }
    private struct Votes { var count = 0, so = 0 }
    private var votes: [Kind: Votes] = [:]
    private let knowsSeason: Bool
    private let clue: String?

    /// Learns from cases in the clear; without `clue` it knows what is known without a message.
    init(_ seen: [GuessCase], knowsSeason: Bool = false, clue: String? = nil) {
        self.knowsSeason = knowsSeason
        self.clue = clue
        for item in seen {
            for kind in kinds(item) {
                votes[kind, default: Votes()].count += 1
                votes[kind, default: Votes()].so += item.isSo ? 1 : 0
            }
        }
    }

    private func kinds(_ item: GuessCase) -> [Kind] {
        let season = knowsSeason ? item.season : -1
        let values: [Int?] = clue.map { [item.clues[$0] ?? -1, nil] } ?? [nil]
        return values.flatMap { value in item.known.map { Kind(known: $0, season: season, clue: value) } }
    }

    /// The share of the answer `true` among the seen cases of the kind.
    func chance(_ item: GuessCase) -> Double {
        let known = kinds(item).compactMap { votes[$0] }.first { $0.count >= 20 }
        return known.map { Double($0.so) / Double($0.count) } ?? 1
    }

    /// The share of right answers.
    func success(_ fresh: [GuessCase]) -> Double {
        Double(fresh.count { (chance($0) > 0.5) == $0.isSo }) / Double(fresh.count)
    }

    /// The share of right answers by all clues together (naive Bayes): each adds to the odds of what is known by how much more
    /// frequent its value is among the cases that are so.
    static func success(_ fresh: [GuessCase], byAllCluesOf seen: [GuessCase], knowsSeason: Bool) -> Double {
        struct Value: Hashable { let clue: String, value: Int, isSo: Bool }
        var counts: [Value: Double] = [:]
        var so = 0.0
        for item in seen {
            so += item.isSo ? 1 : 0
            for (clue, value) in item.clues {
                counts[Value(clue: clue, value: value, isSo: item.isSo), default: 0] += 1
            }
        }
        let others = Double(seen.count) - so
        let prior = Guesser(seen, knowsSeason: knowsSeason)
        let right = fresh.count { item in
            let chance = min(max(prior.chance(item), 0.001), 0.999)
            let odds = item.clues.reduce(log(chance / (1 - chance))) { odds, clue in
                let yes = counts[Value(clue: clue.key, value: clue.value, isSo: true), default: 0] + 1
                let no = counts[Value(clue: clue.key, value: clue.value, isSo: false), default: 0] + 1
                return odds + log(yes / (so + 10)) - log(no / (others + 10))
            }
            return (odds > 0) == item.isSo
        }
        return Double(right) / Double(fresh.count)
    }
}
