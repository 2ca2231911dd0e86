public import HubMessages

/// What a sensor's machine makes of an edge, of a reading or of time passing: facts for the hub, and wishes to its
/// lines.
public enum SensorFinding: Hashable, Sendable {
    /// Somebody is there, or no longer.
    case presence(Bool)
    /// Somebody walked through.
    case passage(Passage)
    /// Readings that passed every check.
    case measured(Climate)
    /// A meter's pulse.
    case pulse
    /// A meter has counted for a while: what it shows is worth a record.
    case metered
    /// An input of the house became active or inactive.
    case input(Bool)
    /// The button of that place, from 1, was pressed.
    case button(Int)
    /// A fault of the sensor began or ended, with what was seen of it.
    case fault(SensorFault, isActive: Bool, detail: String?)
    /// Make the line an output and pull it low.
    case pullLow
    /// Let go of the line and report its edges.
    case listen
    /// Read the kernel's driver.
    case read
}
