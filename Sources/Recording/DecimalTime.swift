/// Decimal numbers as recordings write times, exact: no binary fraction in between.
enum DecimalTime {
    /// The `text`, a number of `unit` nanoseconds × 10⁻⁶ (femtoseconds), as nanoseconds; `nil` where it is no number.
    /// `.some(nil)` where it does not fit.
    static func nanoseconds(_ text: some Sequence<UInt8>, femtosecondsPerUnit exponent: Int) -> Int64?? {
        var mantissa: UInt64 = 0
        var scale = exponent - 6
        var isNegative = false
        var digits = 0
        var seenPoint = false
        var power = 0
        var powerNegative = false
        var inPower = false
        var powerDigits = 0
        for (index, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: "+") where index == 0: break
            case UInt8(ascii: "-") where inPower && powerDigits == 0: powerNegative = true
            case UInt8(ascii: "+") where inPower && powerDigits == 0: break
            case UInt8(ascii: ".") where !seenPoint && !inPower: seenPoint = true
            case UInt8(ascii: "e") where !inPower && digits > 0, UInt8(ascii: "E") where !inPower && digits > 0:
                inPower = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = UInt64(byte - UInt8(ascii: "0"))
                if inPower {
                    powerDigits += 1
                    power = min(power * 10 + Int(digit), 1000)
                    continue
                }
                digits += 1
                if seenPoint {
                    // What is below a femtosecond changes nothing.
                    if scale <= -15 || mantissa > UInt64.max / 100 { continue }
                    scale -= 1
                }
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
                let (sum, overflow2) = product.addingReportingOverflow(digit)
                if overflow || overflow2 { return .some(nil) }
                mantissa = sum
            case _: return nil
            }
        }
        guard digits > 0, !inPower || powerDigits > 0 else { return nil }
        scale += powerNegative ? -power : power
        while scale < 0, mantissa > 0 {
            mantissa /= 10
            scale += 1
        }
        while scale > 0, mantissa > 0 {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            if overflow { return .some(nil) }
            mantissa = product
            scale -= 1
        }
        guard let value = Int64(exactly: mantissa) else { return .some(nil) }
        return isNegative ? -value : value
    }

    /// The power of ten of a unit of time in femtoseconds (s 15, ms 12, us 9, ns 6, ps 3, fs 0).
    static func exponent(ofUnit unit: String) -> Int? {
        switch unit {
        case "s": 15
        case "ms": 12
        case "us", "µs", "μs": 9
        case "ns": 6
        case "ps": 3
        case "fs": 0
        case _: nil
        }
    }
}
