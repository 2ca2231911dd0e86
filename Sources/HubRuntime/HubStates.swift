internal import Hub
internal import HubMessages
internal import Journal
internal import Logging
internal import MessageCoding
internal import Utilization

// Small states that outlast a restart.
extension HubDaemon {
    func storeMeters(_ pulses: [SensorID: UInt64]) {
        let named = Dictionary(pulses.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
        _ = journal.saveState(key: StoredHub.metersKey, value: coding.encode(named))
    }

    func storeDoors(_ memory: DoorMemory) {
        if !journal.saveState(key: Self.doorsKey, value: coding.encode(memory)) {
            log.error("what doors are set to could not be stored: the disk does not keep up")
        }
    }

    /// Makes a new key for pseudonyms in the place of the one before. A key that cannot be stored is good until the daemon
    /// stops; then there are others.
    func renewPseudonyms(_ period: Int64) {
        let key = PseudonymKey(period: period)
        if !journal.saveState(key: StoredHub.pseudonymKey, value: key.stored) {
            log.error("the key of pseudonyms could not be stored: the disk does not keep up")
        }
        followUps.append(.pseudonyms(key.hash))
    }

    func storeUses(_ uses: [SpaceUse.Memory]) {
        _ = journal.saveState(key: StoredHub.usesKey, value: coding.encode(uses))
    }

    func storeQuarters(_ quarters: [Int: [ClosedQuarter]]) {
        for (place, quarters) in quarters {
            _ = journal.saveState(key: StoredHub.quartersKey(place), value: coding.encode(quarters))
        }
    }

    func storeOccupancy(_ counts: [SpaceID: OccupancyCount]) {
        let named = Dictionary(counts.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
        _ = journal.saveState(key: Self.occupancyKey, value: coding.encode(named))
    }
}
