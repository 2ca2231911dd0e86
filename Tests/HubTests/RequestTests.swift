import Hub
import HubConfiguration
import HubMessages
import Testing

@Suite struct RequestTests {
    private let platform = SignerSettings(
        id: name("platform"), publicKey: [], rights: [.grant, .open])
    private let room = SignerSettings(
        id: name("control-room"), publicKey: [], rights: [.orders, .credentials])

    private func request(
        _ house: House, _ action: HubRequest.Action, id: String = "r1", issued: Int64 = 0, life: Int64 = 60,
        by: String? = nil
    ) -> HubRequest {
        let issued = house.moment.wall + .seconds(issued)
        return HubRequest(
            hub: name("hub-1"), id: bookingID(id), issued: issued, expires: issued + .seconds(life), by: by,
            action: action)
    }

    private enum Outcome: Equatable {
        case unanswered, done
        case refused(RequestRefusal?)
    }

    /// What came of a request: the answer to number 9.
    private func outcome(of effects: [Hub.Effect]) -> Outcome {
        for effect in effects {
            switch effect {
            case .answer(request: 9, .done): return .done
            case .answer(request: 9, .refused): return .refused(.refused)
            case .respond(request: 9, let response):
                return response.outcome == .done ? .done : .refused(response.reason)
            default: continue
            }
        }
        return .unanswered
    }

    @discardableResult
    private func send(
        _ request: HubRequest, _ signer: SignerSettings, retained: Bool = false, to house: inout House
    ) -> (outcome: Outcome, effects: [Hub.Effect]) {
        let effects = house.send(.request(request, from: signer, isRetained: retained, request: 9))
        return (outcome(of: effects), effects)
    }

    private var entry: BookingFeed.Entry {
        House().feed(version: 1).bookings[0]
    }

    @Test func `a platform grants, opens, asks, revokes, and every step is in the journal`() {
        var house = House()
        let granted = send(request(house, .grant(booking: entry), by: "abc"), platform, to: &house)
        #expect(granted.outcome == .done)
        #expect(
            granted.effects.events == [
                .commandExecuted(
                    CommandExecuted(command: .addBooking, booking: bookingID("B1"), by: "platform/abc", outcome: .done)),
                .bookingsChanged(BookingsChanged(source: .request, count: 1)),
            ])
        #expect(house.show(anna).locks == [true])
        house.pass(.seconds(10))
        let opened = send(request(house, .open(door: eingang, why: "test"), id: "r2"), platform, to: &house)
        #expect(opened.outcome == .done && opened.effects.locks == [true])
        house.pass(.seconds(10))
        // A feed of the network leaves it alone, and so does an operator at the hub.
        house.deliver(BookingFeed(hub: name("hub-1"), version: 1, bookings: [other]))
        house.send(.command(.removeBooking(bookingID("B1")), by: "ops", request: 1))
        #expect(house.hub.bookings.map(\.id) == [bookingID("B1"), bookingID("B2")])
        for id in ["r3", "r4"] {
            #expect(
                send(request(house, .revoke(booking: bookingID("B1")), id: id), platform, to: &house).outcome == .done)
        }
        #expect(house.hub.bookings.map(\.id) == [bookingID("B2")])
        #expect(house.show(anna).locks == [])
    }

    private var other: BookingFeed.Entry {
        var other = entry
        other.id = bookingID("B2")
        other.from = other.to
        other.to = other.to + .seconds(3_600)
        other.credentials = []
        return other
    }

    @Test func `access points and status say what there is, and unknown where it cannot be seen`() throws {
        var house = House()
        let listed = send(request(house, .accessPoints), platform, to: &house).effects
        #expect(
            listed.contains(
                .respond(
                    request: 9,
                    HubResponse(
                        hub: name("hub-1"), id: bookingID("r1"), outcome: .done,
                        accessPoints: [AccessPoint(id: eingang, name: "Eingang", spaces: [coworking])]))))
        house.send(.deviceFailed(.contact(eingang), reason: "gone"))
        let status = send(request(house, .status(door: eingang), id: "r2"), platform, to: &house).effects
        let doors = status.compactMap { effect in
            if case .respond(request: 9, let response) = effect { response.doors } else { nil }
        }
        #expect(doors.first?.map(\.contact) == [.unknown])
        let none = send(request(house, .status(door: name("keller")), id: "r3"), platform, to: &house)
        #expect(none.outcome == .refused(.refused))
    }

    @Test func `G8: what is retained, forged for another hub, stale, early, replayed or not allowed moves nothing`() {
        var house = House()
        house.pass(.seconds(100))
        let open = HubRequest.Action.open(door: eingang, why: nil)
        var foreign = request(house, open)
        foreign.hub = name("hub-2")
        let bad: [(HubRequest, SignerSettings, Bool, RequestRefusal)] = [
            (request(house, open), platform, true, .retained), (foreign, platform, false, .otherHub),
            (request(house, open), room, false, .forbidden),
            (request(house, .grant(booking: entry)), room, false, .forbidden),
            (request(house, .order(order: DoorOrder(.lockDown))), platform, false, .forbidden),
            (request(house, .order(order: DoorOrder(.resetFire))), room, false, .forbidden),
            (request(house, .removeHolder(holder: name("x"))), platform, false, .forbidden),
            (request(house, open, issued: -61, life: 61), platform, false, .expired),
            (request(house, open, issued: -101, life: 600), platform, false, .expired),
            (request(house, open, issued: 61), platform, false, .notYet),
            (request(house, open, life: 901), platform, false, .notYet),
            (request(house, open, life: 0), platform, false, .expired),
            (request(house, open, by: "two words"), platform, false, .malformed),
            (request(house, open, by: String(repeating: "x", count: 65)), platform, false, .malformed),
        ]
        for (request, signer, isRetained, refusal) in bad {
            let (outcome, effects) = send(request, signer, retained: isRetained, to: &house)
            #expect(outcome == .refused(refusal), "\(refusal)")
            #expect(effects.locks == [])
            #expect(effects.events == [.requestRefused(RequestRefused(reason: refusal, signer: signer.id))])
        }
        let good = request(house, open)
        #expect(send(good, platform, to: &house).outcome == .done)
        house.pass(.seconds(10))
        let again = send(good, platform, to: &house)
        #expect(again.outcome == .refused(.replayed) && again.effects.locks == [])
    }

    @Test func `G8: a request from before a restart is not carried out after it`() {
        var house = House()
        let old = request(house, .open(door: eingang, why: nil), life: 600)
        #expect(send(old, platform, to: &house).outcome == .done)
        house.pass(.seconds(30))
        var restarted = House(
            memory: Hub.Memory(journal: JournalID(high: 0, low: 1), lastEvent: house.written), started: false)
        restarted.now = house.now
        restarted.send(.tick)
        _ = restarted.hub.start(HubStarted(version: "test", simulated: true, newJournal: false), at: restarted.moment)
        let effects = restarted.hub.handle(
            .request(old, from: platform, isRetained: false, request: 9), at: restarted.moment)
        #expect(outcome(of: effects) == .refused(.expired) && effects.locks == [])
    }

    @Test func `G4: without a known time nothing is carried out, and what only looks is answered`() {
        var house = House()
        house.quality = .unknown
        house.send(.tick)
        let open = send(request(house, .open(door: eingang, why: nil)), platform, to: &house)
        #expect(open.outcome == .refused(.clockUnknown) && open.effects.locks == [])
        #expect(send(request(house, .status(door: nil), id: "r2"), platform, to: &house).outcome == .done)
    }

    @Test func `a control room orders with who and why; a fire alarm only with a right of its own`() {
        var house = House()
        let down = DoorOrder(.lockDown, why: "Probe")
        let effects = send(request(house, .order(order: down), by: "leitung"), room, to: &house).effects
        #expect(
            effects.events.contains(
                .commandExecuted(
                    CommandExecuted(command: .lockDown, by: "control-room/leitung", why: "Probe", outcome: .done))))
        let chief = SignerSettings(id: name("chief"), publicKey: [], rights: [.resetFire])
        let reset = send(request(house, .order(order: DoorOrder(.resetFire)), id: "r2"), chief, to: &house)
        #expect(reset.outcome == .refused(.refused), "there is no fire alarm")
    }

    @Test func `nobody's messages are told once at once, then together once a minute`() {
        var house = House()
        var told: [JournalEvent] = []
        for _ in 0..<100 { told += house.send(.requestRejected(.signature)).events }
        told += house.send(.requestRejected(.malformed)).events
        #expect(told == [.requestRefused(RequestRefused(reason: .signature))])
        let later = house.pass(.seconds(61)).events.filter { if case .requestRefused = $0 { true } else { false } }
        #expect(
            later == [
                .requestRefused(RequestRefused(reason: .malformed, count: 1)),
                .requestRefused(RequestRefused(reason: .signature, count: 99)),
            ])
        #expect(house.pass(.seconds(600)).events.allSatisfy { if case .requestRefused = $0 { false } else { true } })
    }

    @Test func `a booking with a number of uses lets in so often, over feeds and restarts`() {
        var house = House()
        var feed = house.feed(version: 1)
        feed.bookings[0].uses = 2
        house.deliver(feed)
        let first = house.show(anna)
        #expect(first.locks == [true] && first.contains(.storeBookingUses([bookingID("B1"): 1])))
        house.pass(.seconds(10))
        feed.version = 2
        house.deliver(feed)
        #expect(house.show(anna).locks == [true])
        house.pass(.seconds(10))
        let third = house.show(anna)
        #expect(third.locks == [])
        #expect(
            third.events.contains { if case .accessDecided(let event) = $0 { event.reason == .usedUp } else { false } })
    }
}
