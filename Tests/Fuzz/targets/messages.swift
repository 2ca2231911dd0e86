// modules: HubMessages MessageCoding
import HubMessages
import MessageCoding

/// Arbitrary bytes as a message of any kind that comes from the network, a client, or the databases: taken or refused with
/// words, and what is taken is the same when it is written and read again.
func fuzz(_ input: inout FuzzInput) {
    let kind = input.choice(6)
    let bytes = input.rest()
    switch kind {
    case 0: again(ArchiveAcknowledgement.self, bytes)
    case 1: again(BookingFeed.self, bytes)
    case 2: again(ControlRequest.self, bytes)
    case 3: again(ControlResponse.self, bytes)
    case 4: again(JournalEnvelope.self, bytes)
    case _: again(Holder.self, bytes)
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
