/// A message on the topic `request`: a booking platform or a control room asks the hub for something. It comes signed
/// (JWS, RFC 7515 and RFC 8037), is good once, and only for a short while.
public struct HubRequest: Hashable, Sendable, Codable {
    /// The hub it is for.
    public var hub: HubID
    /// The request's own name, 1 to 64 printable ASCII characters without blanks: never used twice by a signer within
    /// ``maximumLife``. The answer carries it.
    public var id: BookingID
    /// When it was made.
    public var issued: WallTime
    /// From when on it is not carried out any more; at most ``maximumLife`` after ``issued``.
    public var expires: WallTime
    /// Who of the signer's people asks: an account, 1 to 64 characters. It is journaled.
    public var by: String?
    /// What is asked for.
    public var action: Action

    /// The longest time from ``issued`` to ``expires``.
    public static let maximumLife = Duration.seconds(900)
    /// How far ahead of the hub's clock ``issued`` may be.
    public static let clockTolerance = Duration.seconds(60)
    /// ``by`` is not longer than this, in bytes of UTF-8.
    public static let maximumName = 64

    /// All fields.
    public init(
        hub: HubID, id: BookingID, issued: WallTime, expires: WallTime, by: String? = nil, action: Action
    ) {
        self.hub = hub
        self.id = id
        self.issued = issued
        self.expires = expires
        self.by = by
        self.action = action
    }

    /// What can be asked for. The first five are what booking platforms need of a lock.
    public enum Action: Hashable, Sendable, Codable {
        /// The list of access points.
        case accessPoints
        /// Let credentials in for a window of time. The same id once more replaces the booking.
        case grant(booking: BookingFeed.Entry)
        /// Take that back. Done, too, where there is no such booking.
        case revoke(booking: BookingID)
        /// Release a door for one passage.
        case open(door: DoorID, why: String?)
        /// The state of a door, or of all; what the hub cannot see of it is `unknown`.
        case status(door: DoorID?)
        /// An operator's order.
        case order(order: DoorOrder)
        /// Add or replace a standing right.
        case putHolder(holder: HolderDescription)
        /// Remove a standing right.
        case removeHolder(holder: HolderID)
        /// Put a standing right on the blocked list, or take it off.
        case suspendHolder(holder: HolderID, suspended: Bool)

        /// What a signer needs for it; `nil` for what every signer may ask.
        public var right: SignerRight? {
            switch self {
            case .accessPoints, .status: nil
            case .grant, .revoke: .grant
            case .open: .open
            case .order(let order): order.command == .resetFire ? .resetFire : .orders
            case .putHolder, .removeHolder, .suspendHolder: .credentials
            }
        }
    }
}

/// The answer to a ``HubRequest``, published to its response topic.
public struct HubResponse: Hashable, Sendable, Codable {
    /// The hub.
    public var hub: HubID
    /// The request's id.
    public var id: BookingID
    /// What came of it.
    public var outcome: Outcome
    /// Why it was refused.
    public var reason: RequestRefusal?
    /// Why, in words for an operator.
    public var detail: String?
    /// The access points that were asked for.
    public var accessPoints: [AccessPoint]?
    /// The doors whose status was asked for.
    public var doors: [DoorState]?

    /// What came of a request.
    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        /// Done: what was to be stored is on disk, a lock to be released is released.
        case done
        /// Not done.
        case refused
    }

    /// All fields.
    public init(
        hub: HubID, id: BookingID, outcome: Outcome, reason: RequestRefusal? = nil, detail: String? = nil,
        accessPoints: [AccessPoint]? = nil, doors: [DoorState]? = nil
    ) {
        self.hub = hub
        self.id = id
        self.outcome = outcome
        self.reason = reason
        self.detail = detail
        self.accessPoints = accessPoints
        self.doors = doors
    }
}

/// A door as a booking platform lists it.
public struct AccessPoint: Hashable, Sendable, Codable {
    /// The door.
    public var id: DoorID
    /// Its name for people.
    public var name: String
    /// The spaces on whose way it lies: a booking of one of them opens it.
    public var spaces: [SpaceID]

    /// All fields.
    public init(id: DoorID, name: String, spaces: [SpaceID]) {
        self.id = id
        self.name = name
        self.spaces = spaces
    }
}

/// Why a request was not carried out.
public enum RequestRefusal: String, Hashable, Sendable, Codable, CaseIterable {
    /// The message is no request of the documented form.
    case malformed
    /// It is not signed, or not by a signer that the hub knows.
    case signature
    /// The broker had kept it from before: a command that is retained may be of any age.
    case retained
    /// It is for another hub.
    case otherHub
    /// The signer may not send this.
    case forbidden
    /// The hub does not know the time, and so not whether the request still holds.
    case clockUnknown
    /// Its time is over, or it was made before the hub started.
    case expired
    /// It lies ahead of the hub's clock, or is good for longer than a request may be.
    case notYet
    /// A request of this signer with this id was taken already.
    case replayed
    /// More requests came than are taken in this time.
    case tooMany
    /// The hub knows what is asked for, and does not do it; `detail` says why.
    case refused
}

/// A request was not carried out, and nothing else tells of it.
public struct RequestRefused: Hashable, Sendable, Codable {
    /// Why.
    public var reason: RequestRefusal
    /// Whose it was; absent where that is not certain.
    public var signer: SignerID?
    /// How many of the same kind this tells of: those of uncertain origin are told together, at most once a minute.
    public var count: Int

    /// All fields.
    public init(reason: RequestRefusal, signer: SignerID? = nil, count: Int = 1) {
        self.reason = reason
        self.signer = signer
        self.count = count
    }
}
