internal import HubMessages
internal import Sensing

/// What is going to happen, in the order of time; what is due at the same moment, in the order it was put down.
struct Agenda {
    private var entries: [(time: Int64, order: Int, action: Action)] = []
    private var nextOrder = 0

    /// Something that will happen. Times are microseconds since the simulation began.
    enum Action {
        case line(DeviceID, LineRole, Bool)
        case pulse(DoorID, Bool)
        case swipe(Visit, door: Int)
        case tryDoor(Visit, door: Int, since: Int64, faults: Int)
        case enter(Visit)
        case leave(Visit)
        case stranger(DoorID, card: CardPrint)
        case reread(DeviceID)
        case answerRequest(DeviceID, released: Bool, boot: Int)
        case retryLine(DeviceID)
        case commit(boot: Int)
        case connecting(boot: Int)
        case readRows(after: SequenceNumber, request: UInt64, boot: Int)
        case acknowledge(UInt64, connection: Int, boot: Int)
        case dropped(connection: Int, boot: Int)
        case feed(version: UInt64)
        /// The disk gives the bookings around that time.
        case loadBookings(around: WallTime, boot: Int)
        case fault
        case brokerReturns, diskRecovers, boot
        case clock(offset: Int64, ClockQuality)
        case plugIn(DeviceID)
        case planDay(Int)
    }

    /// Somebody who comes for a booking.
    struct Visit {
        let booking: BookingID
        /// What is printed on the card; each reader on the way sends it in its own format.
        let card: CardPrint
        let space: SpaceID
        let from: Int64
        let to: Int64
        let leaves: Int64
    }

    /// The numbers on somebody's card.
    struct CardPrint {
        let facility: UInt64
        let number: UInt64

        /// The card as a reader of `format` sends it; what does not fit the format is cut off.
        func read(as format: WiegandFormat) -> CredentialDescription {
            CredentialDescription(
                format: format.name, facility: format.facility.map { facility & $0.maximum },
                number: number & format.number.maximum)
        }
    }

    /// When the next action is due.
    var next: Int64? { entries.last?.time }

    /// Puts `action` down for `time`.
    mutating func add(_ action: Action, at time: Int64) {
        let order = nextOrder
        nextOrder += 1
        // Latest first: what is due next is removed from the end.
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if (entries[middle].time, entries[middle].order) > (time, order) { low = middle + 1 } else { high = middle }
        }
        entries.insert((time, order, action), at: low)
    }

    /// Takes the next action off.
    mutating func take() -> (time: Int64, action: Action)? {
        entries.popLast().map { ($0.time, $0.action) }
    }
}
