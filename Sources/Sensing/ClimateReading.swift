/// What a sensor of temperature and humidity measured.
public struct ClimateReading: Hashable, Sendable {
    /// Tenths of a degree Celsius, -400 to 800.
    public var tenthsOfDegree: Int
    /// Tenths of a per cent of relative humidity, 0 to 1000.
    public var tenthsOfPercent: Int

    /// A measurement.
    public init(tenthsOfDegree: Int, tenthsOfPercent: Int) {
        self.tenthsOfDegree = tenthsOfDegree
        self.tenthsOfPercent = tenthsOfPercent
    }
}

/// Why a sensor's answer is no measurement.
public enum ClimateFault: String, Error, Hashable, Sendable, CaseIterable {
    /// Fewer than 40 bits.
    case tooFewBits
    /// More than 40 bits.
    case tooManyBits
    /// The last byte is not the sum of the four before.
    case checksum
    /// The bits are sound and name a temperature or humidity that the sensor cannot measure.
    case outOfRange
    /// A pulse is longer or shorter than a sensor's, or neither a 0 nor a 1.
    case timing
    /// An edge is missing.
    case edgesLost
}

/// How a sensor writes its measurement into 40 bits.
public enum ClimateVariant: Hashable, Sendable {
    /// DHT11 and DHT12: a byte for the whole number, a byte for the tenths.
    ///
    /// Aosong, DHT11 and DHT12 manuals, data format: humidity, its tenths, temperature, its tenths, sum. The first DHT11
    /// send tenths of 0; newer ones send them, and the sign in bit 7 of the temperature's tenths. Range of the newer
    /// ones: −20 to 60 °C.
    case dht11
    /// AM2302, DHT22, AM2301, DHT21, RHT03: 16 bits of tenths each.
    ///
    /// Aosong, "AM2302 Product Manual", section 7.2, table 5: humidity, temperature with the sign in its highest bit,
    /// sum; −40 to 80 °C. Clones send two's complement, which as sign and magnitude is below −40 °C by far (−0.1 °C
    /// would be −3276.7 °C): the two cannot be confused.
    case am2302

    /// The measurement in `bytes`: humidity in two, temperature in two, the sum in the last.
    public func reading(of bytes: [UInt8]) -> Result<ClimateReading, ClimateFault> {
        guard bytes.count == 5 else { return .failure(bytes.count < 5 ? .tooFewBits : .tooManyBits) }
        guard bytes[..<4].reduce(0, &+) == bytes[4] else { return .failure(.checksum) }
        let reading: ClimateReading
        switch self {
        case .dht11:
            let tenths = bytes[3] & 0x7F
            guard bytes[1] <= 9, tenths <= 9 else { return .failure(.outOfRange) }
            let degrees = Int(bytes[2]) * 10 + Int(tenths)
            reading = ClimateReading(
                tenthsOfDegree: bytes[3] & 0x80 == 0 ? degrees : -degrees,
                tenthsOfPercent: Int(bytes[0]) * 10 + Int(bytes[1]))
        case .am2302:
            let raw = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
            let magnitude = Int(raw & 0x7FFF)
            let signed = raw & 0x8000 == 0 ? magnitude : -magnitude
            reading = ClimateReading(
                tenthsOfDegree: range.contains(signed) ? signed : Int(Int16(bitPattern: raw)),
                tenthsOfPercent: Int(bytes[0]) << 8 | Int(bytes[1]))
        }
        guard range.contains(reading.tenthsOfDegree), (0...1000).contains(reading.tenthsOfPercent) else {
            return .failure(.outOfRange)
        }
        return .success(reading)
    }

    /// How the sensor writes a measurement: what ``reading(of:)`` reads. What the simulated sensor sends, and tests.
    public func bytes(tenthsOfDegree: Int, tenthsOfPercent: Int) -> [UInt8] {
        let magnitude = abs(tenthsOfDegree)
        let bytes: [UInt8]
        switch self {
        case .dht11:
            bytes = [
                UInt8(clamping: tenthsOfPercent / 10), UInt8(clamping: tenthsOfPercent % 10),
                UInt8(clamping: magnitude / 10), UInt8(clamping: magnitude % 10) | (tenthsOfDegree < 0 ? 0x80 : 0),
            ]
        case .am2302:
            let degree = UInt16(clamping: magnitude) | (tenthsOfDegree < 0 ? 0x8000 : 0)
            let percent = UInt16(clamping: tenthsOfPercent)
            bytes = [
                UInt8(percent >> 8), UInt8(truncatingIfNeeded: percent), UInt8(degree >> 8),
                UInt8(truncatingIfNeeded: degree),
            ]
        }
        return bytes + [bytes.reduce(0, &+)]
    }

    /// What the sensor can measure, in tenths of a degree.
    private var range: ClosedRange<Int> {
        switch self {
        case .dht11: -200...600
        case .am2302: -400...800
        }
    }
}
