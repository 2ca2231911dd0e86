/// Where the lines of a request are, out of the chips there are. Both backends decide by this.
struct LineLookup {
    struct Chip: Equatable {
        /// `gpiochip0`, or what stands for it.
        var name: String
        var label: String
        /// The name of each line, by its number.
        var lineNames: [String?]
    }

    /// A chip (by its index) and the line numbers on it, in the order of the request.
    struct Place: Equatable {
        var chip: Int
        var lines: [UInt32]
    }

    var chips: [Chip]

    func locate(_ description: LineRequestDescription) throws(GPIOError) -> Place {
        try description.validate()
        var chipsSeen: [Int] = []
        var lines: [UInt32] = []
        var places: [Key: LineAddress] = [:]
        for line in description.lines {
            let (chip, number) = try locate(line.address)
            if let other = places.updateValue(line.address, forKey: Key(chip: chip, line: number)) {
                throw .lineTwice(other, line.address)
            }
            if !chipsSeen.contains(chip) { chipsSeen.append(chip) }
            lines.append(number)
        }
        guard chipsSeen.count == 1, let chip = chipsSeen.first else {
            throw .severalChips(chipsSeen.map { chips[$0].name })
        }
        return Place(chip: chip, lines: lines)
    }

    private struct Key: Hashable {
        var chip: Int
        var line: UInt32
    }

    func locate(_ address: LineAddress) throws(GPIOError) -> (chip: Int, line: UInt32) {
        switch address {
        case .name(let name): try locate(name: name)
        case .offset(let chip, let line): try locate(chip: chip, line: line)
        }
    }

    private func locate(name: String) throws(GPIOError) -> (chip: Int, line: UInt32) {
        var found: [(chip: Int, line: Int)] = []
        for (chip, candidate) in chips.enumerated() {
            for (line, lineName) in candidate.lineNames.enumerated() where lineName == name {
                found.append((chip, line))
            }
        }
        guard let first = found.first else { throw .lineNotFound(name, similar: similar(to: name)) }
        guard found.count == 1 else {
            throw .lineAmbiguous(name, places: found.map { "\(chips[$0.chip].name):\($0.line)" })
        }
        return (first.chip, UInt32(first.line))
    }

    private func locate(chip wanted: String, line: UInt32) throws(GPIOError) -> (chip: Int, line: UInt32) {
        // A chip's own name wins over a label that another chip shares with it.
        let named = chips.indices.filter { chips[$0].name == wanted || "/dev/\(chips[$0].name)" == wanted }
        let found = named.isEmpty ? chips.indices.filter { chips[$0].label == wanted } : named
        guard let chip = found.first else { throw .chipNotFound(wanted, known: chips.map(\.name)) }
        guard found.count == 1 else { throw .chipAmbiguous(wanted, chips: found.map { chips[$0].name }) }
        let count = chips[chip].lineNames.count
        guard Int(line) < count else { throw .lineOutOfRange(chip: wanted, line: line, count: count) }
        return (chip, line)
    }

    /// At most three names that a slip of the hand makes of `name`.
    private func similar(to name: String) -> [String] {
        var best: [(distance: Int, name: String)] = []
        for chip in chips {
            for case let candidate? in chip.lineNames where !best.contains(where: { $0.name == candidate }) {
                let distance = distance(name.lowercased(), candidate.lowercased())
                if distance <= 2 { best.append((distance, candidate)) }
            }
        }
        return best.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// How many bytes must be put in, taken out or changed (Levenshtein).
    private func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (line, byte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let changed = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
