internal import Sensing

// What a reader's table says of its pulses and of the keypad beside it.
extension HouseParser {
    /// `pulse_width`: off, or the shortest and the longest pulse.
    func pulse(_ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]) -> ClosedRange<Duration>? {
        guard var table = reader.table("pulse_width", name: "'pulse_width' of \(reader.name)", &mistakes) else {
            return nil
        }
        defer { table.finish(&mistakes) }
        let standard = WiegandLimits.standardPulse
        let shortest = table.duration(
            "shortest", default: standard.lowerBound, in: WiegandLimits.pulses, &mistakes)
        let longest = table.duration("longest", default: standard.upperBound, in: WiegandLimits.pulses, &mistakes)
        guard shortest < longest else {
            mistakes.append(
                ConfigurationMistake(
                    at: table.position,
                    "\(table.name) takes pulses from \(DurationText.format(shortest)) to "
                        + "\(DurationText.format(longest)); expected 'shortest' below 'longest'"))
            return nil
        }
        return shortest...longest
    }

    /// `keypad`: how it sends, and what a code is.
    func keypad(
        _ reader: inout TableReader, format: WiegandFormat, _ mistakes: inout [ConfigurationMistake]
    ) -> Keypad? {
        guard var table = reader.table("keypad", name: "'keypad' of \(reader.name)", &mistakes) else { return nil }
        defer { table.finish(&mistakes) }
        let encoding: Keypad.Encoding? = table.choice("sends", default: nil, &mistakes)
        let usual = Keypad(.fourBit)
        let interKey = table.duration("inter_key", default: usual.interKey, in: Keypad.interKeys, &mistakes)
        let length = table.optionalInteger("code_length", in: Keypad.codeLengths, &mistakes)
        let facility = table.optionalInteger("facility", in: 0...255, &mistakes)
        guard let encoding else { return nil }
        var wrong: String?
        switch encoding {
        case .fourBit, .eightBit:
            if facility != nil { wrong = "keys have no facility code; 'facility' is for \"26-bit-binary\"" }
        case .sixKeys:
            if format.length == encoding.length {
                wrong = "its frames cannot be told from cards of \(format.name), which have 26 bits too"
            } else if facility != nil || length != nil {
                wrong = "a code has six digits; 'facility' and 'code_length' do not apply"
            }
        case .number:
            if facility == nil {
                wrong = "'facility' is missing: the facility code that the keypad sends tells its codes from cards"
            } else if length != nil {
                wrong = "the keypad itself gathers the code; 'code_length' does not apply"
            } else if format.length == encoding.length, format != .h10301 {
                wrong = "its frames cannot be told from cards of \(format.name), which have 26 bits too"
            }
        }
        if let wrong {
            mistakes.append(ConfigurationMistake(at: table.position, "\(table.name): \(wrong)"))
            return nil
        }
        return Keypad(
            encoding, interKey: interKey, codeLength: length, facility: UInt8(clamping: facility ?? 0))
    }
}
