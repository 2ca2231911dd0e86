internal import HubConfiguration
internal import HubMessages
internal import Sensing

// The light that tells whoever is in the house of a fault of the hub, without a screen and without a network.
extension Hub {
    /// Whether something is wrong that somebody in the house should tell the operator of: the disk takes no events, the
    /// time is not known, or a device cannot be used. A broker that is away is none: the hub works without it.
    public var hasFault: Bool {
        journalCare.fault != nil || (lastMoment?.quality ?? .unknown) == .unknown
            || devices.values.contains { $0.condition == .failed }
    }

    /// Lights the fault LED or puts it out, where that has changed.
    mutating func showFaults() {
        // Each of the faults is part of the hub's state: nothing can have changed where that was not touched.
        guard touched.contains(.hub) else { return }
        guard devices[.faultLED]?.condition == .available else {
            isFaultLEDLit = nil
            return
        }
        let isLit = hasFault
        guard isFaultLEDLit != isLit else { return }
        isFaultLEDLit = isLit
        effects.append(.setFaultLED(lit: isLit))
    }

    /// The hub stops: a light that nobody would put out any more tells nothing.
    mutating func putOutFaultLED() {
        if isFaultLEDLit == true { effects.append(.setFaultLED(lit: false)) }
        isFaultLEDLit = nil
    }
}
