import Hub
import HubConfiguration
import HubMessages
import Sensing
import Testing

/// Keypads at readers, through the whole hub.
@Suite struct KeypadTests {
    private func house(_ keypad: String, format: String = "H10301") -> House {
        House(
            configuration {
                $0.replacing(
                    "reader = { data0 = \"GPIO5\", data1 = \"GPIO6\" }",
                    with:
                        "reader = { format = \"\(format)\", data0 = \"GPIO5\", data1 = \"GPIO6\", keypad = \(keypad) }")
            })
    }

    /// Frames at the entrance's reader, each read to its end.
    private func send(_ frames: [[Bool]], _ house: inout House, gap: Duration = .milliseconds(300)) {
        for frame in frames {
            for bit in frame {
                house.now = house.now + .milliseconds(1)
                house.edge(.reader(eingang), bit ? .data1 : .data0, true)
            }
            house.pass(gap)
        }
    }

    private func type(_ keys: String, _ house: inout House, gap: Duration = .milliseconds(300)) throws {
        let keypad = try #require(house.hub.configuration.doors.first?.reader?.keypad)
        send(keypad.frames(of: keys.compactMap { Keypad.Key($0) }), &house, gap: gap)
    }

    private func decisions(_ house: House) -> [AccessDecided] {
        house.journal.compactMap { if case .accessDecided(let decided) = $0 { decided } else { nil } }
    }

    private func faults(_ house: House) -> [FrameFault] {
        house.journal.compactMap { if case .frameRejected(let frame) = $0 { frame.fault } else { nil } }
    }

    private func pseudonym(_ digits: [UInt8]) -> String { hash(.pin(digits)).pseudonym }

    @Test(arguments: ["{ sends = \"4-bit\" }", "{ sends = \"8-bit\" }"])
    func `a code is decided when '#' is pressed; '*' clears; silence ends it`(keypad: String) throws {
        var house = house(keypad)
        try type("12*0815#", &house)
        #expect(decisions(house).map(\.credential) == [pseudonym([0, 8, 1, 5])])
        #expect(decisions(house).map(\.kind) == [.pin])
        #expect(decisions(house).map(\.granted) == [false])
        try type("#", &house)
        #expect(decisions(house).count == 1)
        try type("47", &house)
        house.pass(.seconds(6))
        #expect(faults(house) == [.codeTimeout])
        try type("11#", &house)
        #expect(decisions(house).last?.credential == pseudonym([1, 1]))
        try type("1234567890123#", &house)
        #expect(faults(house) == [.codeTimeout, .codeTooLong])
        #expect(decisions(house).count == 2)
    }

    @Test func `a code of fixed length needs no '#'`() throws {
        var house = house("{ sends = \"4-bit\", code_length = 4 }")
        try type("08154711", &house)
        #expect(decisions(house).map(\.credential) == [pseudonym([0, 8, 1, 5]), pseudonym([4, 7, 1, 1])])
    }

    @Test func `a card during the entry of a code is decided by itself, and what was typed does not count`() throws {
        var house = house("{ sends = \"8-bit\" }")
        house.deliver(house.feed(version: 1))
        try type("08", &house)
        house.show(anna)
        #expect(decisions(house).map(\.granted) == [true])
        try type("15#", &house)
        #expect(decisions(house).map(\.kind) == [.card, .pin])
        #expect(decisions(house).last?.credential == pseudonym([1, 5]))
    }

    @Test func `two cards back to back, between keys`() throws {
        var house = house("{ sends = \"4-bit\" }")
        house.deliver(house.feed(version: 1))
        let frames = [anna, stranger, anna].map { WiegandDecoder.bits(of: $0) }
        send(frames, &house, gap: .milliseconds(41))
        try type("1#", &house)
        #expect(decisions(house).map(\.granted) == [true, false, true, false])
    }

    @Test func `six keys in one frame, beside cards of another length`() throws {
        var house = house("{ sends = \"26-bit-bcd\" }", format: "H10304")
        try type("081547", &house)
        #expect(decisions(house).map(\.credential) == [pseudonym([0, 8, 1, 5, 4, 7])])
        house.show(.card(format: "H10304", facility: 1, number: 1), format: .h10304)
        #expect(decisions(house).map(\.kind) == [.pin, .card])
    }

    @Test func `a code as a number, told from cards by its facility code`() throws {
        var house = house("{ sends = \"26-bit-binary\", facility = 200 }")
        try type("4711#", &house)
        house.show(anna)
        #expect(decisions(house).map(\.kind) == [.pin, .card])
        #expect(decisions(house).first?.credential == pseudonym([4, 7, 1, 1]))
    }

    @Test func `G5: every lost pulse and every flipped bit of an 8-bit key is rejected`() throws {
        for key in "0123456789*#" {
            let pressed = try #require(Keypad.Key(key))
            let frame = try #require(Keypad(.eightBit).frames(of: [pressed]).first)
            for index in frame.indices {
                var house = house("{ sends = \"8-bit\" }")
                var lost = frame
                lost.remove(at: index)
                var flipped = frame
                flipped[index].toggle()
                send([lost, flipped], &house)
                #expect(faults(house) == [.tooShort, .parity], "key \(key), bit \(index)")
            }
        }
    }

    @Test func `G10: the digits leave only as a token; the bits of a bad frame only to who watches`() throws {
        var house = house("{ sends = \"4-bit\" }")
        try type("4711#", &house)
        send([Array(repeating: true, count: 25)], &house)
        for event in house.journal {
            #expect(!"\(event)".contains("[4, 7, 1, 1]"))
            #expect(!"\(event)".contains(String(repeating: "1", count: 25)))
        }
        #expect(
            house.effects.contains(
                .showFrame(RejectedBits(door: eingang, fault: .tooShort, bits: String(repeating: "1", count: 25)))))
    }

    @Test func `pulses of the wrong width are no card, where the hub looks at them`() throws {
        var house = House(
            configuration {
                $0.replacing(
                    "data1 = \"GPIO6\"", with: "data1 = \"GPIO6\", pulse_width = { longest = \"100us\" }")
            })
        house.deliver(house.feed(version: 1))
        func show(_ width: Duration) {
            for bit in WiegandDecoder.bits(of: anna) {
                house.now = house.now + .milliseconds(1)
                house.edge(.reader(eingang), bit ? .data1 : .data0, true)
                house.now = house.now + width
                house.edge(.reader(eingang), bit ? .data1 : .data0, false)
            }
            house.pass(.milliseconds(41))
        }
        show(.microseconds(50))
        #expect(decisions(house).map(\.granted) == [true])
        show(.microseconds(150))
        show(.microseconds(10))
        #expect(faults(house) == [.pulseWidth, .pulseWidth])
        #expect(decisions(house).count == 1)
    }
}
