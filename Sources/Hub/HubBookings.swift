internal import AccessControl
internal import HubConfiguration
public import HubMessages
internal import Sensing

extension Hub {
    /// All bookings, by their beginning.
    public var bookings: [Booking] { book.all }

    /// How many bookings there are.
    public var bookingCount: Int { book.count }

    mutating func take(_ feed: Result<BookingFeed, FeedFault>, at moment: Moment) {
        switch feed {
        case .failure(let fault):
            refused(.feed, fault.refusal, fault.detail, version: nil, at: moment)
        case .success(let feed):
            // The feed in use, sent once more (a broker keeps it for whoever connects): nothing to do or to tell.
            if feed.version > 0, feed.version == book.feedVersion, feed.hub == configuration.hub {
                confirmFeed(at: moment)
                return
            }
            do throws(BookingRules.Violation) {
                let bookings = try rules.check(feed, current: book.feedVersion, hash: hash)
                settle(at: moment)
                book.replaceFeed(version: feed.version, with: bookings)
                confirmFeed(at: moment)
                effects.append(.storeFeed(version: feed.version, bookings))
                changed(.feed, version: feed.version, at: moment)
            } catch {
                refused(.feed, error.refusal, error.detail, version: feed.version, at: moment)
            }
        }
    }

    /// The network has just said what the feed in use says; how long ago that is counts where its age is limited.
    private mutating func confirmFeed(at moment: Moment) {
        guard moment.quality != .unknown else { return }
        book.confirm(at: moment.wall)
        effects.append(.storeConfirmation(moment.wall))
    }

    mutating func execute(_ command: Command, by operatorName: String, request: UInt64, at moment: Moment) {
        switch command {
        case .order(let order): carryOut(order, by: operatorName, request: request, at: moment)
        case .putHolder(let entry): put(entry, by: operatorName, request: request, at: moment)
        case .removeHolder(let id): removeHolder(id, by: operatorName, request: request, at: moment)
        case .suspendHolder(let id, let isSuspended):
            suspend(id, isSuspended, by: operatorName, request: request, at: moment)
        case .addBooking(let entry): add(entry, by: operatorName, request: request, at: moment)
        case .removeBooking(let id): remove(id, by: operatorName, request: request, at: moment)
        }
    }

    /// Looks up whether a space is booked, unless what was found last still holds.
    mutating func viewBookings(of id: SpaceID, at moment: Moment) {
        guard let view = spaces[id]?.booking else { return }
        guard moment.quality != .unknown else {
            show(BookingView(), in: id)
            return
        }
        if view.isBooked != nil, moment.wall < view.until ?? WallTime(milliseconds: .max) { return }
        var isBooked = false
        var until: WallTime?
        for booking in book.bookings(of: id) {
            if booking.from <= moment.wall && moment.wall < booking.to { isBooked = true }
            for edge in [booking.from, booking.to] where edge > moment.wall { until = min(until ?? edge, edge) }
        }
        show(BookingView(isBooked: isBooked, until: until), in: id)
    }

    /// The bookings or the clock changed: looks up anew whether spaces are booked.
    mutating func viewAllBookings(at moment: Moment) {
        mustViewBookings = false
        for space in spaces.keys.sorted() {
            spaces[space]?.booking.until = WallTime(milliseconds: .min)
            viewBookings(of: space, at: moment)
            reviseUse(of: space, at: moment)
        }
    }

    private mutating func show(_ view: BookingView, in id: SpaceID) {
        if spaces[id]?.booking.isBooked != view.isBooked { touched.insert(.space(id)) }
        spaces[id]?.booking = view
    }

    private var rules: BookingRules {
        BookingRules(
            hub: configuration.hub, spaces: Set(configuration.spaces.map(\.id)),
            maximumBookings: configuration.access.maximumBookings, formats: configuration.cardLimits)
    }

    private mutating func add(
        _ entry: BookingFeed.Entry, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        do throws(BookingRules.Violation) {
            guard book.local(entry.id) != nil || book.count < configuration.access.maximumBookings else {
                throw BookingRules.Violation(
                    refusal: .tooMany,
                    detail: "the hub has \(book.count) bookings, the limit is \(configuration.access.maximumBookings)")
            }
            let booking = try rules.check(entry, source: .local, hash: hash)
            settle(at: moment)
            book.addLocal(booking)
            effects.append(.storeBooking(booking))
            executed(.addBooking, entry.id, by: operatorName, .done, at: moment)
            changed(.local, version: nil, at: moment)
            answer(request, .done)
        } catch {
            executed(.addBooking, entry.id, by: operatorName, .refused, at: moment)
            refused(.local, error.refusal, error.detail, version: nil, at: moment)
            answer(request, .refused(error.detail))
        }
    }

    private mutating func remove(
        _ id: BookingID, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        settle(at: moment)
        if book.removeLocal(id) {
            effects.append(.removeBooking(id))
            executed(.removeBooking, id, by: operatorName, .done, at: moment)
            changed(.local, version: nil, at: moment)
            answer(request, .done)
        } else {
            let detail = "no booking '\(id)' was added at this hub; those of the network are changed by its feed"
            executed(.removeBooking, id, by: operatorName, .refused, at: moment)
            refused(.local, .notFound, detail, version: nil, at: moment)
            answer(request, .refused(detail))
        }
    }

    /// Closes what was measured under the bookings as they were, before they change.
    private mutating func settle(at moment: Moment) {
        for space in spaces.keys.sorted() { measure(space, at: moment) }
        mustViewBookings = true
    }

    private mutating func executed(
        _ command: OperatorCommand, _ booking: BookingID, by operatorName: String, _ outcome: CommandOutcome,
        at moment: Moment
    ) {
        record(
            .commandExecuted(
                CommandExecuted(command: command, booking: booking, by: operatorName, outcome: outcome)), at: moment)
    }

    private mutating func changed(_ source: BookingSource, version: UInt64?, at moment: Moment) {
        touched.insert(.hub)
        record(
            .bookingsChanged(BookingsChanged(source: source, version: version, count: book.count)), at: moment)
    }

    private mutating func refused(
        _ source: BookingSource, _ refusal: BookingRefusal, _ detail: String, version: UInt64?, at moment: Moment
    ) {
        record(
            .bookingsChanged(
                BookingsChanged(
                    source: source, refused: refusal, detail: detail, version: version, count: book.count)),
            at: moment)
    }

    mutating func answer(_ request: UInt64, _ answer: Answer) {
        effects.append(.answer(request: request, answer))
    }
}
