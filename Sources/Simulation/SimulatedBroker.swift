internal import HubMessages

/// The broker and the archive behind it, as badly as they may behave.
///
/// Fault model. It is away for minutes to hours; an attempt to connect fails then, and now and then at other times. A
/// connection breaks at any moment: what was sent may have arrived or not, and no acknowledgement of it comes any more.
/// Acknowledgements take 5 to 300 ms, in any order. A message may be refused. The archive keeps each event once, by its
/// place, and must never see one before the one in front of it.
struct SimulatedBroker {
    /// Whether it can be reached.
    var isUp = true
    /// Whether the connection stands.
    var isConnected = false
    /// Counts connections, so that answers of an old one are told apart.
    var connection = 0
    /// Everything up to here is in the archive.
    private(set) var archived: SequenceNumber = 0
    /// How many events arrived more than once.
    private(set) var duplicates: UInt64 = 0

    /// A batch arrives; `false` where an event before it is missing.
    mutating func receive(_ batch: ClosedRange<SequenceNumber>) -> Bool {
        guard batch.lowerBound <= archived + 1 else { return false }
        if batch.lowerBound <= archived {
            duplicates += min(archived, batch.upperBound) - batch.lowerBound + 1
        }
        archived = max(archived, batch.upperBound)
        return true
    }
}
