/// Reads a value change dump (IEEE 1364-2005, 18.2) as logic analyzers write it: single wires, words between blanks,
/// no matter how they are spread over lines.
///
/// Of values wider than a bit and of reals only the form is read. `x` changes nothing; `z` is high.
struct VCDReader: Sendable {
    private enum Directive {
        case none, passedOver, timescale, scope, variable, leave, end, dump
    }

    private(set) var lines: [RecordedLine] = []
    private(set) var time: UInt64 = 0

    private var line = 1
    private var word: [UInt8] = []
    private var directive = Directive.none
    private var words: [String] = []
    private var scopes: [String] = []
    private var isDefined = false
    // Femtoseconds of one step of time: 1 ns where the file does not say.
    private var femtoseconds: UInt64 = 1_000_000
    private var lastTime: UInt64?
    private var firstTime: UInt64 = 0
    // The signal of each identifier code; -1 for one that is no wire of one bit.
    private var signals: [UInt64: Int] = [:]
    // 0 low, 1 high, 2 not seen yet.
    private var levels: [UInt8] = []
    // The value of a vector whose code is the next word: 0, 1, 2 for none.
    private var vector: UInt8?

    mutating func read(_ bytes: [UInt8], into transitions: inout [Transition]) throws(RecordingError) {
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte <= 0x20 {
                if !word.isEmpty {
                    word += bytes[start..<index]
                    let whole = word
                    word = []
                    try take(whole[...], &transitions)
                } else if index > start {
                    try take(bytes[start..<index], &transitions)
                }
                if byte == UInt8(ascii: "\n") { line += 1 }
                start = index + 1
            }
            index += 1
        }
        word += bytes[start...]
        if word.count > RecordingLimits.word { throw fault(.tooLong) }
    }

    mutating func finish(into transitions: inout [Transition]) throws(RecordingError) {
        if !word.isEmpty {
            let whole = word
            word = []
            try take(whole[...], &transitions)
        }
        switch directive {
        case .none, .dump: break
        case .passedOver, .timescale, .scope, .variable, .leave, .end: throw fault(.endsEarly(missing: "$end"))
        }
        if !isDefined { throw fault(.endsEarly(missing: "$enddefinitions")) }
        if vector != nil { throw fault(.endsEarly(missing: "the identifier code of a value")) }
    }

    private func fault(_ fault: RecordingError.Fault) -> RecordingError {
        RecordingError(line: line, fault: fault)
    }

    private func wrong(_ expected: String, _ found: ArraySlice<UInt8>) -> RecordingError {
        fault(.expected(expected, found: excerpt(found)))
    }

    private mutating func take(_ word: ArraySlice<UInt8>, _ transitions: inout [Transition]) throws(RecordingError) {
        guard let first = word.first else { return }
        if let value = vector {
            vector = nil
            return try change(word, value, &transitions)
        }
        switch directive {
        case .none, .dump: break
        case .passedOver, .timescale, .scope, .variable, .leave, .end: return try gather(word)
        }
        switch first {
        case UInt8(ascii: "$"): try begin(word)
        case _ where !isDefined: throw wrong("a declaration such as $timescale or $var", word)
        case UInt8(ascii: "#"): try move(word)
        case UInt8(ascii: "0"): try change(word.dropFirst(), 0, &transitions)
        case UInt8(ascii: "1"), UInt8(ascii: "z"), UInt8(ascii: "Z"): try change(word.dropFirst(), 1, &transitions)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): try change(word.dropFirst(), 2, &transitions)
        case UInt8(ascii: "b"), UInt8(ascii: "B"): vector = try bit(of: word)
        case UInt8(ascii: "r"), UInt8(ascii: "R"), UInt8(ascii: "s"), UInt8(ascii: "S"): vector = 2
        case _: throw wrong("a time (#…), a value (0, 1, x, z, b…) or a $ word", word)
        }
    }

    // The last bit of a vector's value: all of it, where the wire has one bit.
    private func bit(of word: ArraySlice<UInt8>) throws(RecordingError) -> UInt8 {
        var last: UInt8?
        for byte in word.dropFirst() {
            switch byte {
            case UInt8(ascii: "0"): last = 0
            case UInt8(ascii: "1"), UInt8(ascii: "z"), UInt8(ascii: "Z"): last = 1
            case UInt8(ascii: "x"), UInt8(ascii: "X"): last = 2
            case _: throw wrong("a binary value", word)
            }
        }
        guard let last else { throw wrong("a binary value", word) }
        return last
    }

    private mutating func move(_ word: ArraySlice<UInt8>) throws(RecordingError) {
        var steps: UInt64 = 0
        guard word.count > 1 else { throw wrong("a time such as #1000", word) }
        for byte in word.dropFirst() {
            guard byte >= 0x30, byte <= 0x39 else { throw wrong("a time such as #1000", word) }
            let (product, overflow) = steps.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(UInt64(byte - 0x30))
            if overflow || overflow2 { throw fault(.timeTooLarge(excerpt(word))) }
            steps = sum
        }
        if let lastTime, steps < lastTime { throw fault(.timeGoesBack(excerpt(word))) }
        let (high, low) = steps.multipliedFullWidth(by: femtoseconds)
        guard high < 1_000_000 else { throw fault(.timeTooLarge(excerpt(word))) }
        let now = UInt64(1_000_000).dividingFullWidth((high, low)).quotient
        // Room for what a decoder adds to a time.
        guard now < UInt64.max / 2 else { throw fault(.timeTooLarge(excerpt(word))) }
        if lastTime == nil { firstTime = now }
        lastTime = steps
        time = now
    }

    private mutating func change(
        _ code: ArraySlice<UInt8>, _ value: UInt8, _ transitions: inout [Transition]
    ) throws(RecordingError) {
        guard let key = Self.key(code), let signal = signals[key] else { throw fault(.unknownCode(excerpt(code))) }
        guard value < 2, signal >= 0, levels[signal] != value else { return }
        // The first value is the level before the recording, if it stands at its beginning; later it is a change.
        let isEdge = levels[signal] < 2 || time > firstTime
        levels[signal] = value
        transitions.append(Transition(signal: signal, level: value == 1, time: time, isEdge: isEdge))
    }

    private mutating func begin(_ word: ArraySlice<UInt8>) throws(RecordingError) {
        words = []
        switch String(decoding: word, as: UTF8.self) {
        case "$timescale": directive = .timescale
        case "$scope": directive = .scope
        case "$var": directive = .variable
        case "$upscope": directive = .leave
        case "$enddefinitions": directive = .end
        case "$dumpvars", "$dumpall", "$dumpon", "$dumpoff": directive = .dump
        case "$end":
            guard directive == .dump else { throw wrong("no $end here", word) }
            directive = .none
        case "$comment", "$date", "$version": directive = .passedOver
        case let name:
            // A simulator's own words, but not a misspelt one of the standard's.
            guard name.count > 1 else { throw wrong("a word behind '$'", word) }
            directive = .passedOver
        }
    }

    private mutating func gather(_ word: ArraySlice<UInt8>) throws(RecordingError) {
        guard word.elementsEqual("$end".utf8) else {
            if directive == .passedOver { return }
            guard words.count < 16 else { throw wrong("$end", word) }
            return words.append(String(decoding: word, as: UTF8.self))
        }
        defer { directive = .none }
        switch directive {
        case .timescale: try setTimescale()
        case .scope: scopes.append(words.count > 1 ? words[1] : "")
        case .leave: _ = scopes.popLast()
        case .variable: try declare()
        case .end: isDefined = true
        case .none, .dump, .passedOver: break
        }
    }

    private mutating func setTimescale() throws(RecordingError) {
        let text = words.joined()
        let number = text.prefix { $0.isASCII && $0.isNumber }
        guard ["1", "10", "100"].contains(number),
            let exponent = DecimalTime.exponent(ofUnit: String(text.dropFirst(number.count)))
        else { throw fault(.expected("a timescale of 1, 10 or 100 s, ms, us, ns, ps or fs", found: text)) }
        femtoseconds = (0..<exponent).reduce(UInt64(number) ?? 1) { product, _ in product * 10 }
    }

    private mutating func declare() throws(RecordingError) {
        guard words.count >= 4, let width = Int(words[1]), width > 0, let key = Self.key(Array(words[2].utf8)[...])
        else {
            throw fault(
                .expected(
                    "$var type width code name, the code of 1 to 8 characters", found: words.joined(separator: " ")))
        }
        guard lines.count < RecordingLimits.lines else { throw fault(.tooManyLines) }
        guard width == 1, words[0] != "real" else {
            signals[key] = -1
            return
        }
        // `D0 [3]` is bit 3 of D0; any other blank belongs to the name, as in `Channel 0`.
        let name = words[4...].reduce(words[3]) { $0 + ($1.hasPrefix("[") ? "" : " ") + $1 }
        let signal: Int
        if let known = signals[key], known >= 0 {
            signal = known
        } else {
            signal = levels.count
            levels.append(2)
            signals[key] = signal
        }
        let path = (scopes.filter { !$0.isEmpty } + [name]).joined(separator: ".")
        var aliases = scopes.isEmpty ? [] : [name]
        if words.count > 4, words[4].hasPrefix("[") { aliases.append(words[3]) }
        lines.append(RecordedLine(name: path, aliases: aliases, signal: signal))
    }

    // An identifier code of up to eight characters as one number.
    private static func key(_ code: ArraySlice<UInt8>) -> UInt64? {
        guard !code.isEmpty, code.count <= 8 else { return nil }
        var key: UInt64 = 0
        for byte in code { key = key << 8 | UInt64(byte) }
        return key
    }
}
