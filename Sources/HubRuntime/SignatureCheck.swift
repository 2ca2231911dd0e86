internal import Crypto
internal import HubConfiguration
internal import HubMessages
internal import MessageCoding

/// Verifies who signed a message from the network (Ed25519, RFC 8032).
struct SignatureCheck: Sendable {
    private let signers: [SignerID: SignerSettings]

    init(_ signers: [SignerSettings]) {
        self.signers = Dictionary(signers.map { ($0.id, $0) }) { first, _ in first }
    }

    /// What is wrong with a message.
    struct Fault: Error {
        var text: String
        /// Whether the message is of no known form at all.
        var isMalformed = false
    }

    /// The payload of `bytes` and who signed it.
    func open(_ bytes: [UInt8]) throws(Fault) -> (payload: [UInt8], signer: SignerSettings) {
        let message: SignedMessage
        do throws(MessageFault) {
            message = try SignedMessage(bytes)
        } catch {
            throw Fault(text: error.text, isMalformed: true)
        }
        guard let signer = signers[message.signer] else {
            throw Fault(
                text: signers.isEmpty
                    ? "no [[signer]] is configured: nothing is taken from the network"
                    : "this hub knows no signer '\(message.signer)'")
        }
        do {
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: signer.publicKey)
            guard key.isValidSignature(message.signature, for: message.signed) else {
                throw Fault(text: "the signature of '\(message.signer)' is not valid")
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(text: "the public key of '\(message.signer)' is none")
        }
        return (message.payload, signer)
    }
}
