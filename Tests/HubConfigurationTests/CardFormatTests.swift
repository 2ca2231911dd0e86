import HubConfiguration
import HubMessages
import Sensing
import Testing

/// Files with mistakes in a reader or a format, and their texts, one a line. HUB stands for the smallest file, HUB+DOOR
/// for one with a door.
private let badFormats: [(String, String)] = [
    (
        "HUB+DOOR\nreader = { format = \"H10303\", data0 = \"A\", data1 = \"B\" }",
        "hub.toml:9:21: 'format' is \"H10303\"; expected the name of a card format (did you mean 'H10301'?)"
    ),
    (
        "HUB+DOOR\nreader = { format = 26, data0 = \"A\", data1 = \"B\" }",
        "hub.toml:9:21: 'format' is a whole number; expected the name of a card format"
    ),
    (
        "HUB+DOOR\nreader = { end_of_frame = \"60ms\", data0 = \"A\", data1 = \"B\" }",
        "hub.toml:9:27: 'end_of_frame' is \"60ms\"; expected a duration from \"30ms\" to \"50ms\", such as \"40ms\""
    ),
    (
        "HUB+DOOR\nreader = { longest_gap = \"21ms\", data0 = \"A\", data1 = \"B\" }",
        "hub.toml:9:26: 'longest_gap' is \"21ms\"; expected a duration from \"2ms\" to \"20ms\", such as \"20ms\""
    ),
    (
        "HUB+DOOR\nreader = { shortest_gap = \"201us\", data0 = \"A\", data1 = \"B\" }",
        "hub.toml:9:27: 'shortest_gap' is \"201us\"; expected a duration from \"20us\" to \"200us\", such as \"100us\""
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 129\nnumber = [1, 2]",
        "hub.toml:7:10: 'length' is 129; expected a whole number from 4 to 127"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8",
        "hub.toml:5:1: [[wiegand_format]] 'a' has no 'number'; expected the first and the last bit, counted from 1, "
            + "such as [2, 9]"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [3, 2]",
        "hub.toml:8:10: 'number' is no range; expected the first and the last bit, counted from 1, such as [2, 9]"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [2, 9]",
        "hub.toml:8:10: 'number' of [[wiegand_format]] 'a': bit 9 is outside of the frame; its bits are 1 to 8"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nfacility = [2, 4]\nnumber = [4, 7]",
        "hub.toml:9:10: 'number' of [[wiegand_format]] 'a': bit 4 belongs to the facility code already"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"Sie36\"\nlength = 8\nnumber = [2, 7]",
        "hub.toml:6:8: 'name' of [[wiegand_format]] 'Sie36': Sie36 is a format that the hub has already; expected another name"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [2, 7]\nbyte_order = \"least-significant-first\"",
        "hub.toml:8:10: 'number' of [[wiegand_format]] 'a': it has 6 bits; bytes can be reversed in whole bytes only"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [2, 7]\n"
            + "parity = [{ kind = \"even\", bit = 1, over = [[2, 4]] }, { kind = \"odd\", bit = 7, over = [[4, 6]] }]",
        "hub.toml:9:56: 'parity' of [[wiegand_format]] 'a': bit 7 belongs to the number already"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [2, 7]\n"
            + "parity = [{ kind = \"evne\", bit = 1, over = [[2, 4]] }]",
        "hub.toml:9:20: 'kind' is \"evne\"; expected one of \"even\", \"odd\" (did you mean 'even'?)"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [2, 7]\n"
            + "parity = [{ kind = \"even\", bit = 1, over = [2, 4] }]",
        "hub.toml:9:45: 'over' is no range; expected the first and the last bit, counted from 1, such as [2, 9]\n"
            + "hub.toml:9:48: 'over' is no range; expected the first and the last bit, counted from 1, such as [2, 9]"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [2, 7]\nlenght = 1",
        "hub.toml:9:1: [[wiegand_format]] 'a' has no setting 'lenght' (did you mean 'length'?)"
    ),
    (
        "HUB\n[[wiegand_format]]\nname = \"a\"\nlength = 8\nnumber = [2, 7]\n[[wiegand_format]]\nname = \"a\"\n"
            + "length = 9\nnumber = [2, 7]",
        "hub.toml:10:8: two formats have the name 'a'; expected unique names"
    ),
]

@Suite struct CardFormatTests {
    @Test func `a reader of every format that has a name, and of one that the file describes after it`() throws {
        for format in WiegandFormat.all {
            let text = smallest + door + "\nreader = { format = \"\(format.name)\", data0 = \"A\", data1 = \"B\" }"
            let reader = try #require(try parse(text).doors.first?.reader)
            #expect(reader.format == format)
            #expect(reader.limits == WiegandLimits())
        }
        let configuration = try parse(
            smallest + door + """

                reader = { format = "verein30", data0 = "A", data1 = "B", end_of_frame = "30ms", longest_gap = "2ms", shortest_gap = "20us" }
                [[wiegand_format]]
                name = "verein30"
                length = 30
                facility = [2, 13]
                number = [14, 29]
                byte_order = "least-significant-first"
                parity = [
                  { kind = "even", bit = 1, over = [[2, 7], [9, 15]] },
                  { kind = "odd", bit = 30, over = [[8, 8], [16, 29]] },
                ]
                """)
        let described = try WiegandFormat(
            checking: "verein30", length: 30, facility: .init(2...13), number: .init(14...29, .leastSignificantFirst),
            checks: [
                .parity(.even, bit: 1, over: [2...7, 9...15]), .parity(.odd, bit: 30, over: [8...8, 16...29]),
            ])
        #expect(configuration.formats == [described])
        let reader = try #require(configuration.doors.first?.reader)
        #expect(reader.format == described)
        #expect(
            reader.limits
                == WiegandLimits(
                    shortestGap: .microseconds(20), longestGap: .milliseconds(2), endOfFrame: .milliseconds(30)))
        #expect(configuration.cardLimits.count == WiegandFormat.all.count + 1)
        #expect(
            configuration.cardLimits["verein30"] == CardLimits(format: "verein30", facility: 4_095, number: 65_535))
    }

    @Test(arguments: badFormats)
    func `a mistake in a format, with its place and what to do`(text: String, expected: String) {
        let whole = text.replacing("HUB+DOOR", with: smallest + door).replacing("HUB", with: smallest)
        #expect(mistakes(whole) == expected.split(separator: "\n").map(String.init))
    }
}
