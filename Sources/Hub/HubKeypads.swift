internal import HubConfiguration
internal import HubMessages
internal import Sensing

/// One of a door's two readers.
struct ReaderPlace: Hashable, Comparable, Sendable {
    let door: DoorID
    let side: ReaderSide

    static func < (left: ReaderPlace, right: ReaderPlace) -> Bool {
        (left.door, left.side.rawValue) < (right.door, right.side.rawValue)
    }
}

// Frames of readers that are no card: keys, codes, faults.
extension Hub {
    /// A key was pressed at a reader's keypad.
    mutating func key(_ key: Keypad.Key, _ place: ReaderPlace, at moment: Moment) {
        let outcomes = codes[place]?.key(key, at: moment.monotonic) ?? []
        for outcome in outcomes { take(outcome, place, at: moment) }
    }

    mutating func advanceCodes(to moment: Moment) {
        for place in codes.keys.sorted() {
            if let outcome = codes[place]?.advance(to: moment.monotonic) { take(outcome, place, at: moment) }
        }
    }

    /// A card was shown at the reader: it is decided by itself, and what was typed before it does not count.
    mutating func cardShown(at place: ReaderPlace) {
        codes[place]?.clear()
    }

    /// A code was typed at the reader. The digits go into the decision and nowhere else.
    mutating func codeEntered(_ digits: [UInt8], _ place: ReaderPlace, at moment: Moment) {
        codes[place]?.clear()
        // After a card that needs its PIN, what is typed is that; otherwise it is a code by itself.
        let awaited = awaitedPINs.removeValue(forKey: place).flatMap { moment.monotonic < $0.until ? $0.card : nil }
        decide(awaited?.with(digits) ?? .pin(digits), door: place.door, place.side, at: moment)
    }

    /// A frame that is none of the reader's. Its bits are for an installer who watches at the hub just now: they leave
    /// as an effect that is neither journaled nor published, because nearly a whole card may be in them.
    mutating func frameRejected(
        _ fault: FrameFault, bits: Int, seen: String, door: DoorID, at moment: Moment
    ) {
        record(.frameRejected(FrameRejected(door: door, fault: fault, bits: bits)), at: moment)
        effects.append(.showFrame(RejectedBits(door: door, fault: fault, bits: seen)))
    }

    private mutating func take(_ outcome: CodeEntry.Outcome, _ place: ReaderPlace, at moment: Moment) {
        switch outcome {
        case .code(let digits): codeEntered(digits, place, at: moment)
        case .rejected(let fault):
            record(.frameRejected(FrameRejected(door: place.door, fault: fault, bits: 0)), at: moment)
        }
    }
}
