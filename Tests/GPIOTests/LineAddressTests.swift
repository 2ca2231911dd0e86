import Testing

@testable import GPIO

@Suite struct LineAddressTests {
    @Test(arguments: ["GPIO17", "P8_25 [mmc1_dat0]", "i2c:scl", "gpiochip0:", ":x"])
    func `a text without a number after its last colon is a name`(text: String) {
        #expect(LineAddress(text) == .name(text))
        #expect(LineAddress(text)?.description == text)
    }

    @Test(
        arguments: [
            ("gpiochip0:17", "gpiochip0", 17), ("/dev/gpiochip0:0", "/dev/gpiochip0", 0),
            ("pinctrl-bcm2711:4294967295", "pinctrl-bcm2711", 4_294_967_295),
            ("gpio-sim.0:node0:3", "gpio-sim.0:node0", 3),
        ] as [(String, String, UInt32)])
    func `a text with a number after its last colon is a line of a chip`(
        text: String, chip: String, line: UInt32
    ) {
        #expect(LineAddress(text) == .offset(chip: chip, line: line))
        #expect(LineAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", " ", " GPIO17", "GPIO17 ", "GPIO\n17", "GPIO\u{7f}", ":17", "chip:4294967296", " :1",
    ])
    func `what can be neither is refused`(text: String) {
        #expect(LineAddress(text) == nil)
    }

    @Test func `leading zeros do not make another line`() {
        #expect(LineAddress("gpiochip0:017") == LineAddress("gpiochip0:17"))
    }
}
