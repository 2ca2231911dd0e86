// modules: HubMessages Sensing HubConfiguration AccessControl Occupancy Utilization Delivery Hub MessageCoding
import Hub
import HubMessages
import MessageCoding
import Utilization

/// Arbitrary bytes as what a hub saves of itself and finds again at its next start: taken or refused with words, and what
/// is taken is the same when it is written and read again.
func fuzz(_ input: inout FuzzInput) {
    let kind = input.choice(7)
    let bytes = input.rest()
    switch kind {
    case 0: again(DoorMemory.self, bytes)
    case 1: again([SpaceUse.Memory].self, bytes)
    case 2: again([ClosedQuarter].self, bytes)
    case 3: again([String: OccupancyCount].self, bytes)
    case 4: again([String: Int].self, bytes)
    case 5: again([String: UInt64].self, bytes)
    case _: again(Booking.self, bytes)
    }
}

private func again<State: Codable & Equatable>(_ type: State.Type, _ bytes: [UInt8]) {
    let coding = MessageCoding()
    do throws(MessageFault) {
        let state = try coding.decode(type, from: bytes)
        check(try coding.decode(type, from: coding.encode(state)) == state, "not the same when written and read again")
    } catch {
        check(!error.text.isEmpty, "a fault without words")
    }
}
