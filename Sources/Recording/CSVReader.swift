/// Reads levels of lines over time, separated by commas, semicolons or tabs.
///
/// One row per change or per sample: `time,level[,level…]`, in seconds unless the header says otherwise
/// (`Time [us]`), as Saleae's export has it. Without a time column, as sigrok-cli writes it, the rows are samples, and
/// the comment `; Samplerate: 1 MHz` says how far apart.
struct CSVReader: Sendable {
    private(set) var lines: [RecordedLine] = []
    private(set) var time: UInt64 = 0

    private var cutter = LineCutter()
    private var separator: UInt8?
    // Femtoseconds between rows, and the rows so far, where there is no time column.
    private var period: UInt64?
    private var rows: UInt64 = 0
    private var channels: [String] = []
    private var hasTime = true
    private var unit = 15
    private var origin: Int64?
    private var levels: [Bool] = []

    mutating func read(_ bytes: [UInt8], into transitions: inout [Transition]) throws(RecordingError) {
        var cutter = cutter
        self.cutter = LineCutter()
        defer { self.cutter = cutter }
        try cutter.cut(bytes) { line, number throws(RecordingError) in
            try row(line, number, &transitions)
        }
    }

    mutating func finish(into transitions: inout [Transition]) throws(RecordingError) {
        var cutter = cutter
        try cutter.finish { line, number throws(RecordingError) in
            try row(line, number, &transitions)
        }
        self.cutter = cutter
    }

    private mutating func row(
        _ line: ArraySlice<UInt8>, _ number: Int, _ transitions: inout [Transition]
    ) throws(RecordingError) {
        guard let first = line.first else { return }
        if first == UInt8(ascii: ";") || first == UInt8(ascii: "#") { return try comment(line.dropFirst(), number) }
        guard let separator else {
            let found =
                [UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";")].first { line.contains($0) }
                ?? UInt8(ascii: ",")
            separator = found
            let fields = Self.fields(line, found)
            if try header(fields, number) { return }
            return try values(fields, number, &transitions)
        }
        try values(Self.fields(line, separator), number, &transitions)
    }

    private mutating func comment(_ text: ArraySlice<UInt8>, _ number: Int) throws(RecordingError) {
        let text = String(decoding: text, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else { return }
        let words = text[text.index(after: colon)...].split { $0.isWhitespace || $0 == "," }.map(String.init)
        let key = text[..<colon].drop(while: \.isWhitespace).lowercased()
        if key.hasPrefix("channels") {
            channels = Array(words.prefix(RecordingLimits.lines))
        } else if key == "samplerate" {
            let scale: UInt64? =
                switch words.count > 1 ? words[1] : "Hz" {
                case "Hz": 1
                case "kHz": 1000
                case "MHz": 1_000_000
                case "GHz": 1_000_000_000
                case _: nil
                }
            // Thousandths of the unit: 2.5 MHz is 2500.
            guard let scale, let text = words.first,
                case .some(let value?) = DecimalTime.nanoseconds(text.utf8, femtosecondsPerUnit: 9), value > 0,
                value < 1_000_000_000
            else { throw RecordingError(line: number, fault: .expected("a rate such as 1 MHz", found: text)) }
            let (rate, overflow) = UInt64(value).multipliedReportingOverflow(by: scale)
            guard !overflow else {
                throw RecordingError(line: number, fault: .expected("a rate such as 1 MHz", found: text))
            }
            period = max(1, 1_000_000_000_000_000_000 / rate)
        }
    }

    // Whether the first row names the lines; also decides whether there is a time column.
    private mutating func header(_ fields: [ArraySlice<UInt8>], _ number: Int) throws(RecordingError) -> Bool {
        guard fields.count <= RecordingLimits.lines else { throw RecordingError(line: number, fault: .tooManyLines) }
        let names = fields.map { field in
            String(decoding: field, as: UTF8.self).filter { $0 != "\"" }
        }
        let isHeader =
            fields.first.map { DecimalTime.nanoseconds($0, femtosecondsPerUnit: 15) == nil } ?? false
        let title = names.first?.lowercased() ?? ""
        if isHeader {
            // `Time [us]`, `time_us`, `Time(us)`.
            let named = title.split { !$0.isLetter }.last.flatMap { DecimalTime.exponent(ofUnit: String($0)) }
            hasTime = title.hasPrefix("time") || title == "t" || named != nil || period == nil
            unit = named ?? unit
        } else {
            hasTime = period == nil || !(channels.isEmpty || channels.count == fields.count)
        }
        let columns = Array(hasTime ? names.dropFirst() : names[...])
        guard !columns.isEmpty else {
            throw RecordingError(
                line: number, fault: .expected("time and level, or a '; Samplerate:' above", found: names.joined()))
        }
        let isNamed = isHeader && !columns.allSatisfy { $0.lowercased() == "logic" || $0.isEmpty }
        lines = columns.indices.map { index in
            let name =
                isNamed ? columns[index] : channels.count == columns.count ? channels[index] : "line\(index + 1)"
            return RecordedLine(name: name, aliases: [], signal: index)
        }
        return isHeader
    }

    private mutating func values(
        _ fields: [ArraySlice<UInt8>], _ number: Int, _ transitions: inout [Transition]
    ) throws(RecordingError) {
        let first = hasTime ? 1 : 0
        guard fields.count == lines.count + first else {
            throw RecordingError(
                line: number,
                fault: .expected(
                    "\(lines.count + first) fields", found: excerpt(Array(fields.joined(separator: [0x2C])))))
        }
        let isFirst = levels.isEmpty
        if hasTime {
            try move(fields[0], number)
        } else if let period {
            let (high, low) = rows.multipliedFullWidth(by: period)
            guard high < 1_000_000 else { throw RecordingError(line: number, fault: .timeTooLarge("\(rows)")) }
            time = UInt64(1_000_000).dividingFullWidth((high, low)).quotient
        }
        rows += 1
        for signal in lines.indices {
            let field = fields[signal + first]
            let level: Bool
            if field.elementsEqual(CollectionOfOne(UInt8(ascii: "1"))) {
                level = true
            } else if field.elementsEqual(CollectionOfOne(UInt8(ascii: "0"))) {
                level = false
            } else {
                throw RecordingError(line: number, fault: .expected("a level, 0 or 1", found: excerpt(field)))
            }
            if isFirst {
                levels.append(level)
            } else if levels[signal] == level {
                continue
            }
            levels[signal] = level
            transitions.append(Transition(signal: signal, level: level, time: time, isEdge: !isFirst))
        }
    }

    private mutating func move(_ field: ArraySlice<UInt8>, _ number: Int) throws(RecordingError) {
        switch DecimalTime.nanoseconds(field, femtosecondsPerUnit: unit) {
        case nil: throw RecordingError(line: number, fault: .expected("a time", found: excerpt(field)))
        case .some(nil): throw RecordingError(line: number, fault: .timeTooLarge(excerpt(field)))
        case .some(let now?):
            let start = origin ?? now
            origin = start
            let (distance, overflow) = now.subtractingReportingOverflow(start)
            if overflow { throw RecordingError(line: number, fault: .timeTooLarge(excerpt(field))) }
            guard distance >= 0, UInt64(distance) >= time else {
                throw RecordingError(line: number, fault: .timeGoesBack(excerpt(field)))
            }
            time = UInt64(distance)
        }
    }

    private static func fields(_ line: ArraySlice<UInt8>, _ separator: UInt8) -> [ArraySlice<UInt8>] {
        line.split(separator: separator, omittingEmptySubsequences: false).map(LineCutter.trimmed)
    }
}
