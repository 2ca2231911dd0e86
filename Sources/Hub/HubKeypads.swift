internal import HubConfiguration
internal import HubMessages
internal import Sensing

// Frames of readers that are no card: keys, codes, faults.
extension Hub {
    /// A key was pressed at a door's keypad.
    mutating func key(_ key: Keypad.Key, door: DoorID, at moment: Moment) {
        let outcomes = codes[door]?.key(key, at: moment.monotonic) ?? []
        for outcome in outcomes { take(outcome, door: door, at: moment) }
    }

    mutating func advanceCode(_ door: DoorID, to moment: Moment) {
        if let outcome = codes[door]?.advance(to: moment.monotonic) { take(outcome, door: door, at: moment) }
    }

    /// A card was shown at the door: it is decided by itself, and what was typed before it does not count.
    mutating func cardShown(at door: DoorID) {
        codes[door]?.clear()
    }

    /// A code was typed at the door. The digits go into the decision and nowhere else.
    mutating func codeEntered(_ digits: [UInt8], door: DoorID, at moment: Moment) {
        codes[door]?.clear()
        decide(.pin(digits), door: door, at: moment)
    }

    /// A frame that is none of the reader's. Its bits are for an installer who watches at the hub just now: they leave
    /// as an effect that is neither journaled nor published, because nearly a whole card may be in them.
    mutating func frameRejected(
        _ fault: FrameFault, bits: Int, seen: String, door: DoorID, at moment: Moment
    ) {
        record(.frameRejected(FrameRejected(door: door, fault: fault, bits: bits)), at: moment)
        effects.append(.showFrame(RejectedBits(door: door, fault: fault, bits: seen)))
    }

    private mutating func take(_ outcome: CodeEntry.Outcome, door: DoorID, at moment: Moment) {
        switch outcome {
        case .code(let digits): codeEntered(digits, door: door, at: moment)
        case .rejected(let fault): record(.frameRejected(FrameRejected(door: door, fault: fault, bits: 0)), at: moment)
        }
    }
}
