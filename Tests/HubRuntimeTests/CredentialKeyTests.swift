internal import Glibc
internal import HubMessages
@testable internal import HubRuntime
internal import TestSupport
internal import Testing

@Suite struct CredentialKeyTests {
    @Test func `the token is HMAC-SHA-256, cut to 16 bytes`() {
        // RFC 4231 has no vector for this message; computed with OpenSSL 3.0:
        // printf 'card:H10301:12:4711' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
        let key = CredentialKey((0..<32).map { UInt8($0) })
        #expect(key.hash(.card(facility: 12, number: 4711)).rawValue == "6800877df3c500bfa109e9ee3538309d")
    }

    @Test func `G10: no two cards of different formats, with or without a facility code, share a token`() {
        let key = CredentialKey(Array(repeating: 1, count: 32))
        var tokens: Set<CredentialToken> = []
        for format in ["H10301", "H10304", "H10302", "a", "A"] {
            for facility in [nil, 0, 1, 11] as [UInt64?] {
                for number in [0, 1, 11, 111] as [UInt64] {
                    tokens.insert(key.hash(.card(format: format, facility: facility, number: number)))
                }
            }
        }
        #expect(tokens.count == 5 * 4 * 4)
        #expect(
            Credential.card(format: "H10302", facility: nil, number: 7).canonicalBytes == Array("card:H10302::7".utf8))
    }

    @Test func `G10: different cards and different keys give different tokens`() {
        let first = CredentialKey(Array(repeating: 1, count: 32))
        let second = CredentialKey(Array(repeating: 2, count: 32))
        var tokens: Set<CredentialToken> = []
        for facility in 0..<8 {
            for number in 0..<128 {
                let card = Credential.card(facility: UInt8(facility), number: UInt16(number))
                tokens.insert(first.hash(card))
                tokens.insert(second.hash(card))
            }
        }
        #expect(tokens.count == 2 * 8 * 128)
        #expect(first.hash != second.hash)
        #expect(first.hash == CredentialKey(Array(repeating: 1, count: 32)).hash)
    }

    @Test func `G10: the key is made once, for its owner's eyes, and read again`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("credential.key")
        let made = try CredentialKey.load(path, mayCreate: true)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(status.st_size == 32)
        #expect(try CredentialKey.load(path, mayCreate: true).hash == made.hash)
        #expect(try CredentialKey.load(path, mayCreate: false).hash == made.hash)
    }

    @Test func `a key that is gone, open to others or cut off is an error that says so`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("credential.key")
        func text(_ mayCreate: Bool) -> String {
            do throws(DaemonError) {
                _ = try CredentialKey.load(path, mayCreate: mayCreate)
                return "no error"
            } catch {
                return error.description
            }
        }
        #expect(text(false).contains("the key is gone, and stored bookings need it"))
        _ = try CredentialKey.load(path, mayCreate: true)
        chmod(path, 0o640)
        #expect(text(true).contains("chmod 600 \(path)"))
        chmod(path, 0o600)
        truncate(path, 31)
        #expect(text(true).contains("it holds 31 bytes, not 32"))
        unlink(path)
        mkdir(path, 0o700)
        #expect(text(true).contains(path))
    }
}
