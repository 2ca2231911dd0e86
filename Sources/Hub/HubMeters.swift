internal import HubConfiguration
internal import HubMessages
internal import Sensing

// Meters: what they counted is journaled now and then, and stored so that a restart goes on from there.
extension Hub {
    /// How long after a pulse the meters are stored; a power cut costs at most so much of what was counted.
    static let meterStoreDelay = Duration.seconds(60)

    mutating func storeMetersSoon(at moment: Moment) {
        metersDue = metersDue ?? moment.monotonic + Self.meterStoreDelay
    }

    mutating func storeMeters() {
        metersDue = nil
        let counted = sensors.compactMapValues { sensor -> UInt64? in
            guard case .meter(let meter) = sensor.machine else { return nil }
            return meter.pulses
        }
        // What a meter that is not configured now has counted is kept for when it is again.
        meterMemory.merge(counted) { _, new in new }
        if !meterMemory.isEmpty { effects.append(.storeMeters(meterMemory)) }
    }

    mutating func reportMeter(_ id: SensorID, at moment: Moment) {
        guard let sensor = sensors[id], case .meter(let meter) = sensor.machine,
            case .meter(_, let medium, _) = sensor.settings.kind
        else { return }
        record(
            .meter(
                MeterRead(
                    sensor: id, space: sensor.settings.space, medium: medium, pulses: meter.pulses,
                    energy: meter.energy, volume: meter.volume)), at: moment)
    }
}
