@testable import HubRuntime
import HubMessages
import Testing

@Suite struct PseudonymKeyTests {
    private let token = CredentialToken(digest: Array(0..<16 as Range<UInt8>))

    @Test func `a key is read back as the same function, and two keys name the same card differently`() throws {
        let token = try #require(token)
        let key = PseudonymKey(period: 2_968)
        let again = try #require(PseudonymKey(stored: key.stored))
        #expect(again.hash == key.hash && again.hash.period == 2_968)
        #expect(again.hash(token) == key.hash(token))
        let other = PseudonymKey(period: 2_968)
        #expect(other.hash != key.hash && other.hash(token) != key.hash(token))
        #expect(key.hash(token).utf8.count == 12 && key.hash(token) != token.pseudonym)
        #expect(try #require(PseudonymKey(stored: PseudonymKey(period: nil).stored)).hash.period == nil)
        #expect(PseudonymKey(stored: Array(key.stored.dropLast())) == nil)
    }
}
