public import HubMessages

/// A signed message in the compact form of JSON Web Signature (RFC 7515, section 7.1) with an Ed25519 key (RFC 8037,
/// section 3.1): `header.payload.signature`, each in base64url.
///
/// The header says `{"alg":"EdDSA","kid":"<signer>"}`. What is signed are the first two parts as they are, so that nothing
/// depends on how JSON is spelled.
public struct SignedMessage: Hashable, Sendable {
    /// Who says to have signed.
    public let signer: SignerID
    /// The message's own bytes. Not to be believed before the signature is verified.
    public let payload: [UInt8]
    /// What the signature is over.
    public let signed: [UInt8]
    /// The signature, 64 bytes.
    public let signature: [UInt8]

    private struct Header: Codable {
        var alg: String
        var kid: SignerID
        var crit: [String]?
    }

    /// Takes a message apart; throws where it is none of this form. Line ends after it, as a shell leaves them, do not count.
    public init(_ bytes: [UInt8]) throws(MessageFault) {
        let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") } ?? -1
        let bytes = bytes[...end]
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw MessageFault(text: "this is no signed message: expected header.payload.signature (RFC 7515)")
        }
        guard let header = Base64.decode(parts[0], .url), let payload = Base64.decode(parts[1], .url),
            let signature = Base64.decode(parts[2], .url)
        else { throw MessageFault(text: "a part of the signed message is not base64url without fill") }
        let claims = try MessageCoding().decode(Header.self, from: header)
        // RFC 7515, 4.1.11: what must be understood and is not, makes a message invalid.
        guard claims.crit == nil else { throw MessageFault(text: "'crit' names extensions this hub does not know") }
        // RFC 9864 gives Ed25519 a name of its own.
        guard claims.alg == "EdDSA" || claims.alg == "Ed25519" else {
            throw MessageFault(text: "'alg' is not EdDSA")
        }
        guard signature.count == 64 else { throw MessageFault(text: "the signature has not 64 bytes") }
        signer = claims.kid
        self.payload = payload
        self.signature = signature
        signed = Array(bytes[..<parts[1].endIndex])
    }

    /// The message of `payload` by `signer`; `sign` gives the Ed25519 signature of bytes.
    public static func compact(
        _ payload: [UInt8], signer: SignerID, sign: ([UInt8]) throws -> [UInt8]
    ) rethrows -> [UInt8] {
        let header = MessageCoding().encode(Header(alg: "EdDSA", kid: signer))
        let signed = Base64.encode(header, .url) + [UInt8(ascii: ".")] + Base64.encode(payload, .url)
        return signed + [UInt8(ascii: ".")] + Base64.encode(try sign(signed), .url)
    }
}
