/// What a Wiegand frame says.
public struct WiegandCard: Hashable, Sendable {
    /// The facility code; `nil` for formats without one.
    public var facility: UInt64?
    /// The card's number.
    public var number: UInt64

    /// A card.
    public init(facility: UInt64? = nil, number: UInt64) {
        self.facility = facility
        self.number = number
    }
}
