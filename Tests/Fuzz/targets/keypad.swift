// modules: HubMessages Sensing
import HubMessages
import Sensing

/// Arbitrary pulses at a reader with a keypad, and arbitrary keys: no code of more digits than a code has, none of
/// anything but digits, and nothing is held for longer than keys may lie apart.
func fuzz(_ input: inout FuzzInput) {
    let encoding = Keypad.Encoding.allCases[input.choice(Keypad.Encoding.allCases.count)]
    let length = input.choice(13)
    let keypad = Keypad(encoding, codeLength: length == 0 ? nil : length, facility: input.byte())
    var decoder = WiegandDecoder(format: encoding == .sixKeys ? .h10304 : .h10301, keypad: keypad)
    var entry = CodeEntry(keypad)
    var time = MonotonicTime.zero + .seconds(1)

    func take(_ outcome: CodeEntry.Outcome) {
        guard case .code(let digits) = outcome else { return }
        check(digits.count <= CodeEntry.maximumDigits && digits.allSatisfy { $0 <= 9 }, "\(digits) is no code")
        if let length = keypad.codeLength { check(digits.count <= length, "a code longer than codes are") }
    }
    func take(_ frame: WiegandDecoder.Frame?) {
        switch frame {
        case .key(let key)?:
            check(encoding == .fourBit || encoding == .eightBit, "keys of a keypad that gathers codes")
            entry.key(key, at: time).forEach(take)
        case .code(let digits)?: check(digits.allSatisfy { $0 <= 9 } && digits.count <= 6, "\(digits) is no code")
        case .card?: entry.clear()
        case .rejected?, nil: break
        }
    }

    while !input.isEmpty {
        switch input.choice(6) {
        case 0: time = time + input.duration()
        case 1:
            // A whole frame of any key.
            guard let key = Keypad.Key(Array("0123456789*#")[input.choice(12)]) else { break }
            for bit in keypad.frames(of: [key]).first ?? [] {
                time = time + .milliseconds(1)
                take(decoder.pulse(bit, at: time))
            }
            time = time + .milliseconds(60)
        case 2: entry.clear()
        case _:
            time = time + .microseconds(Int64(input.byte()) * 100)
            take(decoder.pulse(input.bool(), at: time))
        }
        take(decoder.advance(to: time))
        entry.advance(to: time).map(take)
        if let deadline = entry.deadline { check(deadline > time, "a code is held for too long") }
    }
}
