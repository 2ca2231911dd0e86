// modules: HubMessages MessageCoding
import HubMessages
import MessageCoding

/// Arbitrary bytes as a message of any kind that comes from the network, a client, or the databases: taken or refused with
/// words, and what is taken is the same when it is written and read again.
func fuzz(_ input: inout FuzzInput) {
    let kind = input.choice(9)
    let bytes = input.rest()
    switch kind {
    case 0: again(ArchiveAcknowledgement.self, bytes)
    case 1: again(BookingFeed.self, bytes)
    case 2: again(ControlRequest.self, bytes)
    case 3: again(ControlResponse.self, bytes)
    case 4: again(JournalEnvelope.self, bytes)
    case 5: again(HubRequest.self, bytes)
    case 6: again(HubResponse.self, bytes)
    case 7: signed(bytes)
    case _: again(Holder.self, bytes)
    }
}

/// What is taken apart as a signed message is the same message when it is put together again.
private func signed(_ bytes: [UInt8]) {
    do throws(MessageFault) {
        let message = try SignedMessage(bytes)
        let again = SignedMessage.compact(message.payload, signer: message.signer) { _ in message.signature }
        let other = try SignedMessage(again)
        check(
            other.payload == message.payload && other.signer == message.signer && other.signature == message.signature,
            "a signed message is another when it is signed again")
    } catch {
        check(!error.text.isEmpty, "a fault without words")
    }
}

private func again<Message: Codable & Equatable>(_ type: Message.Type, _ bytes: [UInt8]) {
    let coding = MessageCoding()
    do throws(MessageFault) {
        let message = try coding.decode(type, from: bytes)
        let written = coding.encode(message)
        check(try coding.decode(type, from: written) == message, "not the same when written and read again")
    } catch {
        check(!error.text.isEmpty, "a fault without words")
    }
}
