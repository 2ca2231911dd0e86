internal import HubMessages

/// What a decoder made of a part of a recording, as it is printed.
struct DecodedFrame: Encodable {
    /// What was found.
    enum Content {
        case climate(temperature: Double, humidity: Double)
        case card(facility: UInt64?, number: UInt64)
        case key(String)
        case co2(Int)
        case passage(PassageDirection)
        case pulse(count: Int, seconds: Double)
        case contact(isActive: Bool)
        /// No frame, with the decoder's name of the reason.
        case fault(String)
    }

    /// Nanoseconds since the recording's start; `nil` for bits that were given.
    var time: UInt64?
    var sensor: String
    /// The Wiegand format.
    var format: String?
    /// How many bits a Wiegand frame has.
    var bits: Int?
    var content: Content

    private enum Key: String, CodingKey {
        case time, sensor, ok, reason, temperature, humidity, format, bits, facility, number, key, co2, passage, count,
            length, active
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encodeIfPresent(time.map { Double($0) / 1e9 }, forKey: .time)
        try object.encode(sensor, forKey: .sensor)
        try object.encodeIfPresent(format, forKey: .format)
        try object.encodeIfPresent(bits, forKey: .bits)
        var isOK = true
        switch content {
        case .climate(let temperature, let humidity):
            try object.encode(temperature, forKey: .temperature)
            try object.encode(humidity, forKey: .humidity)
        case .card(let facility, let number):
            try object.encodeIfPresent(facility, forKey: .facility)
            try object.encode(number, forKey: .number)
        case .key(let key): try object.encode(key, forKey: .key)
        case .co2(let ppm): try object.encode(ppm, forKey: .co2)
        case .passage(let direction):
            isOK = direction != .ambiguous
            try object.encode(direction, forKey: .passage)
            if !isOK { try object.encode("ambiguous", forKey: .reason) }
        case .pulse(let count, let seconds):
            try object.encode(count, forKey: .count)
            try object.encode(seconds, forKey: .length)
        case .contact(let isActive): try object.encode(isActive, forKey: .active)
        case .fault(let reason):
            isOK = false
            try object.encode(reason, forKey: .reason)
        }
        try object.encode(isOK, forKey: .ok)
    }
}

extension Language {
    /// A frame on one line.
    func line(_ frame: DecodedFrame) -> String {
        let time = frame.time.map { time in
            let micros = String(time % 1_000_000_000 / 1000)
            return decimal("\(time / 1_000_000_000)." + String(repeating: "0", count: 6 - micros.count) + micros)
                + " s  "
        }
        let name = frame.format.map { "\(frame.sensor) \($0)" } ?? frame.sensor
        return (time ?? "") + name + "  " + text(frame)
    }

    // A number with the language's decimal sign.
    private func decimal(_ number: String) -> String {
        self(number, String(number.map { $0 == "." ? "," : $0 }))
    }

    private func text(_ frame: DecodedFrame) -> String {
        switch frame.content {
        case .climate(let temperature, let humidity):
            decimal("\(temperature) °C  \(humidity) %")
        case .card(let facility?, let number): self("card \(facility):\(number)", "Karte \(facility):\(number)")
        case .card(nil, let number): self("card \(number)", "Karte \(number)")
        case .key(let key): self("key \(key)", "Taste \(key)")
        case .co2(let ppm): "\(ppm) ppm"
        case .passage(.entered): self("in", "hinein")
        case .passage(.left): self("out", "hinaus")
        case .passage(.turned): self("turned round", "umgekehrt")
        case .passage(.ambiguous): self("not clear", "unklar")
        case .pulse(let count, let seconds): self("pulse \(count), ", "Impuls \(count), ") + decimal("\(seconds) s")
        case .contact(true): self("active", "aktiv")
        case .contact(false): self("inactive", "inaktiv")
        case .fault(let reason):
            self("no frame: \(word(fault: reason))", "kein Telegramm: \(word(fault: reason))")
                + (frame.bits.map { " (\($0) bit)" } ?? "")
        }
    }

    /// What is wrong with a frame.
    private func word(fault: String) -> String {
        switch fault {
        case "tooFewBits", "tooShort": self("too few bits", "zu wenige Bits")
        case "tooManyBits", "tooLong": self("too many bits", "zu viele Bits")
        case "checksum": self("checksum is wrong", "Prüfsumme falsch")
        case "parity": self("parity or complement is wrong", "Parität oder Komplement falsch")
        case "outOfRange": self("value is out of the sensor's range", "Wert außerhalb des Messbereichs")
        case "timing": self("timing is no sensor's", "Zeiten passen zu keinem Sensor")
        case "simultaneous": self("pulses on both lines at once", "Impulse auf beiden Leitungen zugleich")
        case "edgesLost": self("an edge is missing", "eine Flanke fehlt")
        case _: fault
        }
    }
}
