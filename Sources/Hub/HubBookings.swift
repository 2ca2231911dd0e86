public import AccessControl
internal import HubConfiguration
public import HubMessages
internal import Sensing
internal import Utilization

extension Hub {
    /// All bookings, by their beginning.
    public var bookings: [Booking] { book.all }

    /// When the network last confirmed the feed in use.
    public var feedConfirmed: WallTime? { book.confirmed }

    /// Whether only a part of the feed in use is held in memory.
    public var holdsPartOfFeed: Bool { book.window.from != nil }

    /// How many bookings there are.
    public var bookingCount: Int { book.count }

    mutating func take(_ outcome: FeedOutcome, at moment: Moment) {
        switch outcome {
        // The feed in use, sent once more (a broker keeps it for whoever connects): nothing to do or to tell.
        case .confirmed: confirmFeed(at: moment)
        case .replaced(let window):
            settle(at: moment)
            replaceFeed(window, at: moment)
            confirmFeed(at: moment)
            changed(.feed, version: window.version, at: moment)
        case .refused(let fault): refused(.feed, fault.refusal, fault.detail, version: fault.version, at: moment)
        }
    }

    /// Another range of the feed in use, or of one that has taken its place since.
    mutating func take(_ window: BookingWindow, at moment: Moment) {
        guard window.version == book.feedVersion else { return }
        settle(at: moment)
        replaceFeed(window, at: moment)
    }

    private mutating func replaceFeed(_ window: BookingWindow, at moment: Moment) {
        let omitted = book.window.omitted
        book.replaceFeed(window)
        touched.insert(.hub)
        if window.omitted > 0, omitted == 0 {
            record(
                .loss(Loss(cause: .bookingsOmitted, source: "bookings", count: UInt64(window.omitted))), at: moment)
        }
        planBookings(at: moment)
    }

    // MARK: What is held in memory

    /// How long after its end a booking is forgotten; whoever is still inside then has left or overstayed.
    static let bookingAfterlife = Duration.seconds(86_400)
    /// How often what is over is looked for.
    static let bookingCare = Duration.seconds(3_600)
    /// How long an answer of the disk is waited for.
    static let bookingPatience = Duration.seconds(60)

    /// Asks for another range of the feed where time has outrun the one in memory, and forgets what is over.
    mutating func careForBookings(at moment: Moment) {
        guard moment.quality != .unknown else { return bookingsDue = nil }
        let over = moment.wall - configuration.access.after - Self.bookingAfterlife
        let isOutrun = book.window.isOutrun(at: moment.wall)
        // An unconfirmed clock may be years ahead: nothing is removed for it.
        let isCertain = moment.quality == .synchronized
        if isOutrun || isCertain {
            effects.append(
                .loadBookings(around: moment.wall, endedBefore: isCertain ? over : WallTime(milliseconds: .min)))
        }
        if isCertain { forgetBookings(endedBefore: over, at: moment) }
        bookingsDue = moment.monotonic + (isOutrun ? Self.bookingPatience : Self.bookingCare)
    }

    /// Sets when the range in memory is to be looked at next.
    private mutating func planBookings(at moment: Moment) {
        var due = moment.monotonic + Self.bookingCare
        if let outrun = book.window.outrun(after: moment.wall) {
            // A little later than exactly then, or the range would still do.
            due = min(due, moment.monotonic + max(outrun - moment.wall, .zero) + .seconds(1))
        }
        bookingsDue = moment.quality == .unknown ? nil : due
    }

    /// Takes credentials and bookings of a person out of what was added here, and out of what is remembered of their use.
    mutating func forget(_ tokens: Set<CredentialToken>, _ ids: Set<BookingID>, at moment: Moment) {
        let named = book.local.all.filter { ids.contains($0.id) || $0.credentials.contains(where: tokens.contains) }
        settle(at: moment)
        let all = ids.union(tokens.flatMap { book.bookings(of: $0).map(\.id) })
        book.eraseFromFeed(tokens, ids)
        if book.forgetUses(of: all) { effects.append(.storeBookingUses(book.used)) }
        for booking in named {
            var rest = booking
            rest.credentials.removeAll(where: tokens.contains)
            if ids.contains(booking.id) || rest.credentials.isEmpty {
                _ = book.removeLocal(booking.id)
                effects.append(.removeBooking(booking.id))
            } else {
                book.addLocal(rest)
                effects.append(.storeBooking(rest))
            }
        }
        for space in spaces.keys { spaces[space]?.use.forget(all) }
        storeUses()
        touched.insert(.hub)
    }

    private mutating func forgetBookings(endedBefore over: WallTime, at moment: Moment) {
        let ended = book.local.all.filter { $0.to < over }
        if !ended.isEmpty {
            settle(at: moment)
            for booking in ended {
                _ = book.removeLocal(booking.id)
                effects.append(.removeBooking(booking.id))
            }
            touched.insert(.hub)
        }
        let uses = book.used
        book.forgetUses()
        if book.used != uses { effects.append(.storeBookingUses(book.used)) }
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
        case .addBooking(let entry): add(entry, source: .local, by: operatorName, request: request, at: moment)
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

    /// The rules that a booking or a feed must keep here.
    public var bookingRules: BookingRules {
        BookingRules(
            hub: configuration.hub, spaces: Set(configuration.spaces.map(\.id)),
            maximumBookings: configuration.access.maximumBookings, formats: configuration.cardLimits)
    }

    /// Takes a booking from an operator at the hub, or from a platform's request.
    mutating func add(
        _ entry: BookingFeed.Entry, source: BookingSource, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        do throws(BookingRules.Violation) {
            if let other = book.local[entry.id], other.source != source {
                throw BookingRules.Violation(
                    refusal: .duplicate, detail: "booking '\(entry.id)' was granted by somebody else")
            }
            guard book.local[entry.id] != nil || book.local.count < BookingBook.maximumLocal else {
                throw BookingRules.Violation(
                    refusal: .tooMany,
                    detail: "\(book.local.count) bookings were added at this hub, the limit is "
                        + "\(BookingBook.maximumLocal)")
            }
            let booking = try bookingRules.check(entry, source: source, hash: hash)
            settle(at: moment)
            book.addLocal(booking)
            effects.append(.storeBooking(booking))
            executed(.addBooking, entry.id, by: operatorName, .done, at: moment)
            changed(source, version: nil, at: moment)
            answer(request, .done)
        } catch {
            executed(.addBooking, entry.id, by: operatorName, .refused, at: moment)
            refused(source, error.refusal, error.detail, version: nil, at: moment)
            answer(request, .refused(error.detail))
        }
    }

    /// Takes back what a platform's request granted; what is not there is taken back already.
    mutating func revoke(_ id: BookingID, by operatorName: String, request: UInt64, at moment: Moment) {
        if let booking = book.local[id], booking.source == .request {
            settle(at: moment)
            _ = book.removeLocal(id)
            effects.append(.removeBooking(id))
            changed(.request, version: nil, at: moment)
        }
        executed(.removeBooking, id, by: operatorName, .done, at: moment)
        answer(request, .done)
    }

    private mutating func remove(
        _ id: BookingID, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        settle(at: moment)
        if book.local[id]?.source == .local, book.removeLocal(id) {
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
