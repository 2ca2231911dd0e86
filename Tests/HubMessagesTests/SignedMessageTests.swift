import HubMessages
import MessageCoding
import TestSupport
import Testing

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `RFC 4648, section 10`(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8), .standard) == Array(text.utf8))
        #expect(Base64.decode(Array(text.utf8), .standard) == Array(plain.utf8))
        let unfilled = Array(text.utf8).filter { $0 != UInt8(ascii: "=") }
        #expect(Base64.encode(Array(plain.utf8), .url) == unfilled)
        #expect(Base64.decode(unfilled, .url) == Array(plain.utf8))
    }

    @Test func `every text of up to three characters is one spelling of its bytes, or none`() {
        let digits = Array("AZaz09+/-_= \n".utf8)
        for alphabet in [Base64.Alphabet.standard, .url] {
            for first in digits {
                for second in digits {
                    for third in digits {
                        for text in [
                            [first], [first, second], [first, second, third], [first, second, third, first],
                        ] {
                            guard let bytes = Base64.decode(text, alphabet) else { continue }
                            #expect(Base64.encode(bytes, alphabet) == text)
                        }
                    }
                }
            }
        }
    }

    @Test func `all bytes come back (seeded)`() {
        var random = SeededRandom.announced()
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            for alphabet in [Base64.Alphabet.standard, .url] {
                #expect(Base64.decode(Base64.encode(bytes, alphabet), alphabet) == bytes)
            }
        }
    }
}

@Suite struct SignedMessageTests {
    /// RFC 8037, appendix A.4: the header, the payload and the signature.
    private static let example =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

    private func fault(_ text: String) -> String? {
        do throws(MessageFault) {
            _ = try SignedMessage(Array(text.utf8))
            return nil
        } catch {
            return error.text
        }
    }

    @Test func `the example of RFC 8037 has all but the name of its key`() throws {
        #expect(fault(Self.example) == "'kid' is missing")
        let header = String(decoding: Base64.encode(Array(#"{"alg":"EdDSA","kid":"k"}"#.utf8), .url), as: UTF8.self)
        let named = header + Self.example.drop { $0 != "." }
        let message = try SignedMessage(Array(named.utf8))
        #expect(String(decoding: message.payload, as: UTF8.self) == "Example of Ed25519 signing")
        #expect(message.signature.count == 64 && message.signer.rawValue == "k")
        #expect(String(decoding: message.signed, as: UTF8.self) == header + ".RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc")
    }

    @Test func `what is no signed message says why`() throws {
        func message(_ header: String) -> String {
            String(decoding: Base64.encode(Array(header.utf8), .url), as: UTF8.self)
                + Self.example.drop { $0 != "." }
        }
        #expect(fault("")?.hasPrefix("this is no signed message") == true)
        #expect(fault("{\"hub\":\"x\"}")?.hasPrefix("this is no signed message") == true)
        #expect(fault("a.b.c.d")?.hasPrefix("this is no signed message") == true)
        #expect(fault("e30=.e30.e30") == "a part of the signed message is not base64url without fill")
        #expect(fault(message("x")) == "this is not JSON")
        #expect(fault(message(#"{"alg":"none","kid":"k"}"#)) == "'alg' is not EdDSA")
        #expect(fault(message(#"{"alg":"HS256","kid":"k"}"#)) == "'alg' is not EdDSA")
        #expect(fault(message(#"{"alg":"Ed25519","kid":"k"}"#)) == nil)
        #expect(
            fault(message(#"{"alg":"EdDSA","kid":"k","crit":["b64"],"b64":false}"#))
                == "'crit' names extensions this hub does not know")
        #expect(fault(message(#"{"alg":"EdDSA","kid":"K K"}"#)) == "'kid' is not what is expected there")
        #expect(fault(String(message(#"{"alg":"EdDSA","kid":"k"}"#).dropLast(86))) == "the signature has not 64 bytes")
    }

    @Test func `G8: the message, its signer and what is signed come back; every changed byte is another message`()
        throws
    {
        let signer = try TestSigner()
        let text = try signer.sign(bytes: Array("{}".utf8))
        let message = try SignedMessage(Array(text.utf8))
        #expect(message.signer == signer.id && message.payload == Array("{}".utf8))
        for end in ["\n", "\r\n", "\n\n"] { #expect(try SignedMessage(Array((text + end).utf8)) == message) }
        for index in text.utf8.indices {
            var changed = Array(text.utf8)
            let position = text.utf8.distance(from: text.utf8.startIndex, to: index)
            changed[position] = changed[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            do throws(MessageFault) {
                let other = try SignedMessage(changed)
                #expect(other.signed != message.signed || other.signature != message.signature)
            } catch {
                #expect(!error.text.isEmpty)
            }
        }
    }
}
