import Testing

@testable import GPIO

@Suite struct LineLookupTests {
    let lookup = LineLookup(chips: [
        LineLookup.Chip(name: "gpiochip0", label: "pinctrl", lineNames: ["GPIO17", "GPIO18", "RELAY", nil]),
        LineLookup.Chip(name: "gpiochip1", label: "expander", lineNames: ["RELAY", "IN0"]),
        LineLookup.Chip(name: "gpiochip2", label: "expander", lineNames: ["IN1"]),
        LineLookup.Chip(name: "gpiochip10", label: "gpiochip0", lineNames: ["IN2"]),
    ])

    private func locate(_ addresses: String...) throws -> LineLookup.Place {
        try lookup.locate(description(addresses))
    }

    private func refusal(_ addresses: String...) throws -> GPIOError? {
        let description = try description(addresses)
        return failure { () throws(GPIOError) in try lookup.locate(description) }
    }

    private func description(_ addresses: [String]) throws -> LineRequestDescription {
        LineRequestDescription(
            consumer: "test",
            lines: try addresses.map { .init(try #require(LineAddress($0)), .input(InputSettings())) })
    }

    @Test func `lines keep the order of the request, however they are named`() throws {
        #expect(
            try locate("gpiochip0:3", "GPIO17", "/dev/gpiochip0:2", "pinctrl:1")
                == LineLookup.Place(chip: 0, lines: [3, 0, 2, 1]))
        #expect(try locate("IN1") == LineLookup.Place(chip: 2, lines: [0]))
    }

    @Test func `a chip's name wins over another chip's label`() throws {
        #expect(try locate("gpiochip0:0") == LineLookup.Place(chip: 0, lines: [0]))
    }

    @Test func `what two places claim is refused with both`() throws {
        #expect(try refusal("RELAY") == .lineAmbiguous("RELAY", places: ["gpiochip0:2", "gpiochip1:0"]))
        #expect(try refusal("expander:0") == .chipAmbiguous("expander", chips: ["gpiochip1", "gpiochip2"]))
        #expect(
            try refusal("GPIO17", "IN0", "IN1") == .severalChips(["gpiochip0", "gpiochip1", "gpiochip2"]))
    }

    @Test func `a slip of the hand gets the names it may have meant`() throws {
        #expect(try refusal("GPIO1") == .lineNotFound("GPIO1", similar: ["GPIO17", "GPIO18"]))
        #expect(try refusal("gpio17") == .lineNotFound("gpio17", similar: ["GPIO17", "GPIO18"]))
        #expect(try refusal("RELAI") == .lineNotFound("RELAI", similar: ["RELAY"]))
        #expect(try refusal("DOOR") == .lineNotFound("DOOR", similar: []))
    }

    @Test func `numbers count from 0 and end with the chip`() throws {
        #expect(try refusal("gpiochip1:2") == .lineOutOfRange(chip: "gpiochip1", line: 2, count: 2))
        #expect(
            try refusal("gpiochip1:4294967295")
                == .lineOutOfRange(chip: "gpiochip1", line: 4_294_967_295, count: 2))
    }

    @Test func `a request has 1 to 64 lines and a debounce the kernel can count`() throws {
        for count in [0, 65] {
            let lines = (0..<count).map {
                LineRequestDescription.Line(.offset(chip: "x", line: UInt32($0)), .output(OutputSettings()))
            }
            let refusal = failure { () throws(GPIOError) in
                try lookup.locate(LineRequestDescription(consumer: "test", lines: lines))
            }
            #expect(refusal == .lineCount(count))
        }
        for period in [Duration.nanoseconds(-1), .seconds(4295)] {
            let line = LineRequestDescription.Line(.name("IN1"), .input(InputSettings(debounce: period)))
            let refusal = failure { () throws(GPIOError) in
                try lookup.locate(LineRequestDescription(consumer: "test", lines: [line]))
            }
            #expect(refusal == .debounceOutOfRange(.name("IN1"), period))
        }
    }

    @Test(arguments: [
        (-1, 32), (0, 32), (1, 2), (2, 2), (3, 4), (64, 64), (65, 128), (1024, 1024), (5000, 1024),
    ])
    func `a buffer has the kernel's size`(wanted: Int, kept: Int) throws {
        let lines = [0, 1].map {
            LineRequestDescription.Line(.offset(chip: "x", line: $0), .input(InputSettings(edges: .both)))
        }
        #expect(
            LineRequestDescription(consumer: "test", lines: lines, eventBufferSize: wanted).eventCapacity
                == kept)
    }

    @Test func `the consumer is cut between characters`() {
        func shown(_ consumer: String) -> String {
            LineRequestDescription(consumer: consumer, lines: []).shownConsumer
        }
        #expect(shown("") == "?")
        #expect(shown("regiohubd") == "regiohubd")
        #expect(shown(String(repeating: "ü", count: 16)) == String(repeating: "ü", count: 15))
    }
}
