internal import Crypto
internal import Foundation
public import HubMessages
internal import MessageCoding

/// The platform of the tests: signs what is published to a test's daemon, with a key that everybody knows.
public struct TestSigner {
    /// What the daemon's configuration calls it.
    public let id: SignerID
    private let key: Curve25519.Signing.PrivateKey

    /// A signer whose private key is 32 times `byte`.
    public init(_ name: String = "platform", byte: UInt8 = 7) throws {
        guard let id = SignerID(name) else { preconditionFailure("'\(name)' is illegal") }
        self.id = id
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: byte, count: 32))
    }

    /// Its part of a configuration.
    public func table(may rights: [SignerRight]) -> String {
        let key = Data(key.publicKey.rawRepresentation).base64EncodedString()
        let list = rights.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return "[[signer]]\nid = \"\(id)\"\npublic_key = \"\(key)\"\nmay = [\(list)]"
    }

    /// A message, signed.
    public func sign(_ message: some Encodable) throws -> String {
        try sign(bytes: MessageCoding().encode(message))
    }

    /// Bytes, signed.
    public func sign(bytes: [UInt8]) throws -> String {
        let signed = try SignedMessage.compact(bytes, signer: id) { Array(try key.signature(for: $0)) }
        return String(decoding: signed, as: UTF8.self)
    }
}
