/// Finds the name that somebody probably meant.
enum NearMiss {
    /// `did you mean 'x'?` for the nearest of `names`, where one is near enough.
    static func hint(_ text: String, among names: [String]) -> String? {
        let candidates = names.map { (name: $0, distance: distance(Array(text.utf8), Array($0.utf8))) }
        let limit = max(1, min(3, text.utf8.count / 3))
        guard let best = candidates.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }), best.distance <= limit
        else { return nil }
        return "did you mean '\(best.name)'?"
    }

    /// The optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...max(left.count, 1) where row <= left.count {
            var current = [row] + Array(repeating: 0, count: right.count)
            for column in 1...max(right.count, 1) where column <= right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                current[column] = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = min(current[column], beforeLast[column - 2] + 1)
                }
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
