public import HubMessages

/// Several simulated chips as one provider: a name is looked for on all that are plugged.
public final class SimulatedBoard: LineProvider {
    /// The chips, in the order of their numbers.
    public let chips: [SimulatedChip]

    /// A board with these chips.
    public init(chips: [SimulatedChip]) {
        self.chips = chips
    }

    /// When the first of the chips has something to do; `nil`: none.
    public var deadline: MonotonicTime? {
        chips.compactMap(\.deadline).min()
    }

    /// Does all that is due on all chips until `time`, in the order of time.
    public func advance(to time: MonotonicTime) {
        while let next = deadline, next < time {
            for chip in chips { chip.advance(to: next) }
        }
        for chip in chips { chip.advance(to: time) }
    }

    /// The chip and the number of a line, found as a request finds it, also while its chip is unplugged: for who
    /// plays the world outside.
    public func find(_ address: LineAddress) throws(GPIOError) -> (chip: SimulatedChip, line: Int) {
        let place = try LineLookup(chips: chips.map(\.lookupEntry)).locate(address)
        return (chips[place.chip], Int(place.line))
    }

    /// Takes all lines of `description`, or none and throws.
    public func request(_ description: LineRequestDescription) throws(GPIOError) -> any LineRequest {
        let plugged = chips.filter(\.isPlugged)
        let place = try LineLookup(chips: plugged.map(\.lookupEntry)).locate(description)
        return try plugged[place.chip].take(place.lines, description)
    }
}
