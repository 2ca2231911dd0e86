internal import ControlSocket
internal import Foundation
internal import HubMessages
internal import TestSupport
internal import Testing

/// The sample house's names.
enum House {
    static let root = "regionet/mayen-koblenz/polch"
    /// The lock line of the entrance.
    static let entranceLock = "GPIO10"

    static func door(_ name: String) throws -> DoorID { try #require(DoorID(name)) }

    /// A booking of the coworking space for card 12:`card`, around now.
    static func booking(_ id: String, card: UInt16) throws -> BookingFeed.Entry {
        let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        return BookingFeed.Entry(
            id: try #require(BookingID(id)), space: try #require(SpaceID("coworking")), from: now - .seconds(3_600),
            to: now + .seconds(3_600), credentials: [CredentialDescription(facility: 12, number: card)])
    }
}

extension TestDaemon {
    /// Somebody with a booking holds a card to the entrance's reader, and the lock gives way.
    func letSomebodyIn(card: UInt16) throws {
        let before = try relayChanges().count
        try simulate(
            .swipe(door: House.door("eingang"), card: CredentialDescription(facility: 12, number: card)))
        try wait(for: "the entrance's lock to give way") {
            try relayChanges()[before...].contains(RelayChange(line: House.entranceLock, level: true)) ? true : nil
        }
        // Opening the door locks it behind the visitor.
        try simulate(.open(door: House.door("eingang")))
        try wait(for: "the entrance's lock to fall in") {
            try relayChanges()[before...].contains(RelayChange(line: House.entranceLock, level: false)) ? true : nil
        }
        try simulate(.close(door: House.door("eingang")))
    }

    /// Adds a booking as an operator.
    func book(_ id: String, card: UInt16) throws {
        #expect(try ask(.addBooking(booking: House.booking(id, card: card))) == .done)
    }
}
