import HubMessages

/// What the fuzzer gives, taken apart: numbers, choices, edges with times. At its end everything is zero.
///
/// Compiled into every target. A target is one function, `fuzz(_:)`; what must hold it says with ``check(_:_:)``, which
/// ends the process, and libFuzzer keeps the input.
struct FuzzInput {
    private var bytes: UnsafeBufferPointer<UInt8>.SubSequence

    init(_ data: UnsafePointer<UInt8>, _ count: Int) {
        bytes = UnsafeBufferPointer(start: data, count: count)[...]
    }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    mutating func bool() -> Bool { byte() & 1 == 1 }

    /// One of `count` choices.
    mutating func choice(_ count: Int) -> Int { Int(byte()) % count }

    mutating func number() -> UInt32 { (0..<4).reduce(0) { sum, _ in sum << 8 | UInt32(byte()) } }

    /// All that is left.
    mutating func rest() -> [UInt8] {
        defer { bytes = bytes[bytes.endIndex...] }
        return Array(bytes)
    }

    /// A duration of any size that matters to a decoder: two bytes are a mantissa and an exponent, 0 ns to 69 s.
    mutating func duration() -> Duration {
        let exponent = byte() & 0x1F
        return .nanoseconds(Int64(byte()) << Int64(min(exponent, 28)))
    }
}

/// Ends the process where something does not hold.
func check(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { fatalError(what()) }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    fuzz(&input)
    return 0
}
