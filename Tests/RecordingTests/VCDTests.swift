import Recording
import Testing

/// The transitions and lines of a recording, read whole or in pieces.
struct Reading: Equatable {
    var lines: [String] = []
    var transitions: [Transition] = []

    init(_ text: String, pieces: Int = .max) throws(RecordingError) {
        var reader = RecordingReader()
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = pieces < bytes.count - start ? start + pieces : bytes.count
            try reader.read(Array(bytes[start..<end]), into: &transitions)
            start = end
        }
        try reader.finish(into: &transitions)
        lines = reader.lines.map(\.name)
    }

    /// Each transition as `signal level time`, with `=` for a level at the beginning.
    var text: [String] {
        transitions.map { "\($0.signal)\($0.isEdge ? ":" : "=")\($0.level ? 1 : 0) \($0.time)" }
    }

    /// The fault of a recording that cannot be read.
    static func fault(_ text: String) -> RecordingError? {
        do throws(RecordingError) {
            _ = try Reading(text)
            return nil
        } catch {
            return error
        }
    }
}

@Suite struct VCDTests {
    private func vcd(_ body: String, timescale: String = "1 us") -> String {
        "$timescale \(timescale) $end\n$scope module capture $end\n$var wire 1 ! SDA $end\n$upscope $end\n"
            + "$enddefinitions $end\n" + body
    }

    @Test(arguments: [
        ("1 us", 1000), ("1us", 1000), ("10 ns", 10), ("\n  100\n  us\n", 100_000), ("1 ms", 1_000_000), ("1 ns", 1),
        ("1 s", 1_000_000_000),
    ])
    func `a timescale in any spelling`(timescale: String, nanoseconds: Int) throws {
        #expect(try Reading(vcd("#0 1!\n#7 0!\n", timescale: timescale)).text == ["0=1 0", "0:0 \(7 * nanoseconds)"])
    }

    @Test func `picoseconds are cut to nanoseconds, exactly`() throws {
        #expect(
            try Reading(vcd("#0 1!\n#416 0!\n#833 1!\n", timescale: "100 ps")).text == ["0=1 0", "0:0 41", "0:1 83"])
    }

    @Test(arguments: [
        "#0 1!\n#5 0!\n#9 1!\n", "#0\n1!\n#5\n0!\n#9\n1!\n", "#0\r\n1!\r\n#5 0!\r\n#9 1!\r\n",
        "#0 $dumpvars 1! $end #5 0! #9 1!", "#0 b1 !\n#5 b0 !\n#9 b1 !\n#12 b1 !\n", "#0 z! #5 0! #7 x! #8 0! #9 Z!",
        "$comment a #3 1! $end #0 1! $comment $var $end #5 0! #9 1! r1.5 !",
        "#0 1!\n#5 0!\n#6 0!\n#9 1!\n#100 1!\n",
    ])
    func `the same changes in any spelling, in pieces of any size`(body: String) throws {
        let whole = try Reading(vcd(body))
        #expect(whole.text == ["0=1 0", "0:0 5000", "0:1 9000"])
        #expect(whole.lines == ["capture.SDA"])
        for pieces in 1...40 { #expect(try Reading(vcd(body), pieces: pieces) == whole) }
    }

    @Test func `several wires, codes of several characters, scopes, buses, one signal under two names`() throws {
        let reading = try Reading(
            """
            $date today $end $version some tool $end
            $timescale 1us $end
            $scope module top $end
            $var wire 1 ! D0 $end
            $var wire 1 "ab D1 [3] $end
            $var wire 8 % BUS [7:0] $end
            $scope module inner $end $var reg 1 ! copy $end $upscope $end
            $upscope $end
            $enddefinitions $end
            #0 1! 0"ab b10100000 %
            #3 1"ab b1 % #4 0!
            """)
        #expect(reading.lines == ["top.D0", "top.D1[3]", "top.inner.copy"])
        #expect(reading.text == ["0=1 0", "1=0 0", "1:1 3000", "0:0 4000"])
    }

    @Test func `a name may hold blanks`() throws {
        let text =
            "$timescale 1 us $end $var wire 1 ! Channel 0 $end $var wire 1 % D [2] $end $enddefinitions $end #0 1!"
        #expect(try Reading(text).lines == ["Channel 0", "D[2]"])
    }

    @Test func `the first value at a later time is a change`() throws {
        #expect(try Reading(vcd("#0\n#5 0!")).text == ["0:0 5000"])
    }

    @Test(arguments: [
        ("#0 1!\n#5 2!\n", 7, "expected a time"), ("#0 1!\n#5 0?\n", 7, "no $var declares '?'"),
        ("#0 1!\n#5 0!\n#4 1!\n", 8, "before the one above"),
        ("#99999999999999999999 1!\n", 6, "too large"), ("#18446744073709551615 1!\n", 6, "too large"),
        ("#12a 1!\n", 6, "expected a time such as"), ("#\n", 6, "expected a time such as"),
        ("#0 b12 !\n", 6, "binary value"), ("#0\n\n b1", 8, "ends here without the identifier code"),
        ("#0 $comment never ends\n", 7, "without $end"), ("$end\n", 6, "no $end here"),
    ])
    func `a malformed body names its line`(body: String, line: Int, text: String) {
        let fault = Reading.fault(vcd(body))
        #expect(fault?.line == line && fault?.description.contains(text) == true, "\(String(describing: fault))")
    }

    @Test(arguments: [
        ("$timescale 3 us $end\n", 1, "timescale of 1, 10"), ("$timescale 1 lightyear $end", 1, "timescale"),
        ("$timescale 1 us $end\n$var wire 1 ! $end\n", 2, "$var type width"),
        ("$timescale 1 us $end\n$var wire x ! SDA $end\n", 2, "$var type width"),
        ("$timescale 1 us $end\n#0 1!\n", 2, "expected a declaration"),
        ("$timescale 1 us $end\n", 2, "$enddefinitions"),
        ("$timescale 1 us\n", 2, "without $end"),
    ])
    func `a malformed header names its line`(text: String, line: Int, says: String) {
        let fault = Reading.fault(text)
        #expect(fault?.line == line && fault?.description.contains(says) == true, "\(String(describing: fault))")
    }

    @Test func `nothing is no error, and a word without end is`() throws {
        #expect(try Reading("").transitions == [])
        #expect(try Reading(" \r\n\n").transitions == [])
        let endless = String(repeating: "a", count: 70_000)
        #expect(Reading.fault(vcd("#0 1!\n0" + endless)) != nil)
        var reader = RecordingReader()
        var transitions: [Transition] = []
        #expect(throws: RecordingError(line: 1, fault: .tooLong)) {
            try reader.read(Array(endless.utf8), into: &transitions)
        }
    }
}
