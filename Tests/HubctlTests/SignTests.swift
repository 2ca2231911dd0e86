internal import Crypto
internal import Foundation
internal import HubMessages
internal import MessageCoding
internal import TestSupport
internal import Testing

@testable internal import hubctl

@Suite struct SignTests {
    @Test func `a key is read back from its file, and signs what its public key verifies`() throws {
        let key = SigningKey()
        let again = try #require(SigningKey(pem: key.pem))
        #expect(again.publicText == key.publicText && again.pem == key.pem)
        let message = Array("message".utf8)
        let bytes = try #require(Base64.decode(Array(key.publicText.utf8), .standard))
        let publicKey = try Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        #expect(try publicKey.isValidSignature(again.sign(message), for: message))
    }

    @Test func `the key of RFC 8410, section 10.3, as OpenSSL writes it`() throws {
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----

            """
        let key = try #require(SigningKey(pem: Array(pem.utf8)))
        // The public key of section 10.1 without its header.
        #expect(key.publicText == "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")
        #expect(String(decoding: key.pem, as: UTF8.self) == pem)
    }

    @Test(arguments: [
        "", "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
    ])
    func `what is no key`(text: String) {
        #expect(SigningKey(pem: Array(text.utf8)) == nil)
    }

    @Test func `a message that no hub would take is refused before it is signed`() {
        #expect(HubMessageCheck.fault(of: Array("{}".utf8))?.text == "'hub' is missing")
        #expect(HubMessageCheck.fault(of: Array(#"{"hub":"polch","action":{}}"#.utf8)) != nil)
        let feed = #"{"hub":"polch","version":1,"count":0,"bookings":[]}"#
        #expect(HubMessageCheck.fault(of: Array(feed.utf8)) == nil)
    }
}
