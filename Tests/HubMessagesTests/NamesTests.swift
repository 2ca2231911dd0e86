import HubMessages
import Testing

@Suite struct NamesTests {
    @Test func `an identifier is 1 to 64 of a-z, 0-9, - and _, and begins with a letter or digit`() {
        for byte in UInt8(0)...255 {
            let text = String(decoding: [byte], as: UTF8.self)
            let isLetterOrDigit = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
            #expect((DoorID(text) != nil) == isLetterOrDigit, "first byte \(byte)")
            #expect(
                (DoorID("a" + text) != nil) == (isLetterOrDigit || byte == 0x2D || byte == 0x5F),
                "second byte \(byte)")
        }
        #expect(DoorID("") == nil)
        #expect(DoorID(String(repeating: "a", count: 64)) != nil)
        #expect(DoorID(String(repeating: "a", count: 65)) == nil)
        #expect(DoorID("tür") == nil)
    }

    @Test func `a booking id is 1 to 64 printable ASCII characters without blanks`() {
        for byte in UInt8(0)...127 {
            #expect((BookingID(String(decoding: [byte], as: UTF8.self)) != nil) == (0x21...0x7E).contains(byte))
        }
        #expect(BookingID("") == nil)
        #expect(BookingID(String(repeating: "#", count: 64)) != nil)
        #expect(BookingID(String(repeating: "#", count: 65)) == nil)
    }

    @Test func `a journal id is 32 lower-case hexadecimal digits`() {
        #expect(JournalID(high: 0, low: 0xAB).rawValue == "000000000000000000000000000000ab")
        #expect(JournalID(high: .max, low: .max).rawValue == String(repeating: "f", count: 32))
        #expect(JournalID("000000000000000000000000000000AB") == nil)
        #expect(JournalID("000000000000000000000000000000a") == nil)
        #expect(JournalID("000000000000000000000000000000ag") == nil)
    }

    @Test func `a token is the first 16 bytes of a digest, its pseudonym the first 12 digits`() {
        let token = CredentialToken(digest: (0..<32).map { UInt8($0 * 8) })
        #expect(token?.rawValue == "00081018202830384048505860687078")
        #expect(token?.pseudonym == "000810182028")
        #expect(CredentialToken(digest: [UInt8](repeating: 0, count: 15)) == nil)
    }

    @Test(arguments: ["reader/eingang", "contact/eingang", "exit-button/eingang", "lock/eingang", "sensor/pir-1"])
    func `a device reads back what it is written as`(text: String) {
        #expect(DeviceID(text)?.description == text)
    }

    @Test(arguments: ["", "reader", "reader/", "/eingang", "readers/eingang", "reader/Eingang", "reader/a/b"])
    func `what is no device is nil`(text: String) {
        #expect(DeviceID(text) == nil)
    }

    @Test(arguments: [
        "12:4711", "0:0", "255:65535", "H10301:12:4711", "H10302:34359738367", "2804W:1:2", "UID32-reversed:5",
        "verein_30.b:9:18446744073709551615",
    ])
    func `a card reads as facility and number`(text: String) {
        #expect(CredentialDescription(card: text)?.text == text)
    }

    @Test(arguments: [
        "", "12", "12:", ":1", "256:1", "1:65536", "-1:1", "1:2:3", "1: 2", "a:b", "+1:2", "H10302:", "H10304::5",
        "H10304:1:", "a:1:2:3", "a b:1", "a:18446744073709551616", "ä:1",
    ])
    func `what is no card is nil`(text: String) {
        #expect(CredentialDescription(card: text) == nil)
    }
}
