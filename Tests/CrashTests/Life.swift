internal import HubMessages
internal import Journal

/// One life of the daemon, from the outside: the events it left on disk, and what its lock lines did.
struct Life {
    /// A change of a door's lock line.
    struct Move: Hashable, CustomStringConvertible {
        var door: String
        var isReleased: Bool

        var description: String { (isReleased ? "+" : "-") + door }
    }

    var events: [(seq: UInt64, event: JournalEvent)]
    var setAside: SetAsideFile?
    var moves: [Move]

    /// Whether it lived long enough to be in the journal.
    var isKnown: Bool { !events.isEmpty }

    /// What the events say the lock lines did. A release of a released door moves nothing.
    var recordedMoves: [Move] {
        var released: Set<String> = []
        return events.compactMap { _, event in
            switch event {
            case .doorReleased(let release) where released.insert(release.door.rawValue).inserted:
                Move(door: release.door.rawValue, isReleased: true)
            case .doorLocked(let lock) where released.remove(lock.door.rawValue) != nil:
                Move(door: lock.door.rawValue, isReleased: false)
            case _: nil
            }
        }
    }

    /// How often each lock line was released without an event of it on disk.
    var unrecordedPulses: [String: Int] {
        moves.dropFirst(recordedMoves.count).filter(\.isReleased).reduce(into: [:]) { $0[$1.door, default: 0] += 1 }
    }

    /// How many granted decisions and commands of a door are on disk that no recorded release followed yet.
    func openReasons(of door: String) -> Int {
        var open = 0
        for (_, event) in events {
            if reason(event) == door { open += 1 }
            if case .doorReleased(let release) = event, release.door.rawValue == door { open = 0 }
        }
        return open
    }

    /// The places of releases by grant or command that no decision or command of that door precedes.
    var releasesWithoutReason: [UInt64] {
        var open: [String: Int] = [:]
        var found: [UInt64] = []
        for (seq, event) in events {
            if let door = reason(event) { open[door, default: 0] += 1 }
            guard case .doorReleased(let release) = event else { continue }
            let reasons = open.updateValue(0, forKey: release.door.rawValue) ?? 0
            if release.cause != .exitRequest, reasons == 0 { found.append(seq) }
        }
        return found
    }

    private func reason(_ event: JournalEvent) -> String? {
        switch event {
        case .accessDecided(let decision) where decision.granted: decision.door.rawValue
        case .commandExecuted(let command) where command.command == .unlock && command.outcome == .done:
            command.door?.rawValue
        case _: nil
        }
    }
}
