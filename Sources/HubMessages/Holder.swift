/// What a ``HolderID`` names: a standing right and the credentials it comes with. A role or a number, not a person's name:
/// it is shown to operators.
public enum HolderName {}

/// Names a holder of a standing right.
public typealias HolderID = Identifier<HolderName>

/// A standing right with the credentials that may use it, as the hub stores it: credentials as tokens only.
public struct Holder: Hashable, Sendable, Codable {
    /// The holder.
    public var id: HolderID
    /// Whose it is; a standing right is no guest's.
    public var grantClass: GrantClass
    /// Cards that let in by themselves.
    public var cards: [CredentialToken]
    /// Cards that need their PIN.
    public var cardsWithPIN: [CardWithPIN]
    /// PINs that let in by themselves.
    public var pins: [CredentialToken]
    /// How many digits the shortest PIN has; absent where there is none.
    public var pinLength: Int?
    /// What is typed under duress: each lets in as the others do, and raises a silent alarm.
    public var duress: [CredentialToken]
    /// The doors it is for; none means all.
    public var doors: [DoorID]
    /// The hours in which it holds; absent for all.
    public var schedule: ScheduleID?
    /// Its first moment; absent for always.
    public var from: WallTime?
    /// The first moment after it; absent for always.
    public var to: WallTime?
    /// How often it lets in; absent for any number.
    public var uses: Int?
    /// How often it has let in; counted where ``uses`` is set.
    public var used: Int
    /// Whether it is on the blocked list.
    public var suspended: Bool
    /// Whether its holder needs more time at doors.
    public var extended: Bool

    /// A card that needs its PIN.
    public struct CardWithPIN: Hashable, Sendable, Codable {
        /// The card alone: it asks for the PIN.
        public var card: CredentialToken
        /// Card and PIN together.
        public var both: CredentialToken

        /// Both tokens.
        public init(card: CredentialToken, both: CredentialToken) {
            self.card = card
            self.both = both
        }
    }

    /// At most so many credentials of one holder.
    public static let maximumCredentials = 16
    /// At most so many holders of one hub.
    public static let maximumHolders = 1_000

    /// All fields.
    public init(
        id: HolderID, grantClass: GrantClass, cards: [CredentialToken] = [], cardsWithPIN: [CardWithPIN] = [],
        pins: [CredentialToken] = [], pinLength: Int? = nil, duress: [CredentialToken] = [], doors: [DoorID] = [],
        schedule: ScheduleID? = nil, from: WallTime? = nil, to: WallTime? = nil, uses: Int? = nil, used: Int = 0,
        suspended: Bool = false,
        extended: Bool = false
    ) {
        self.id = id
        self.grantClass = grantClass
        self.cards = cards
        self.cardsWithPIN = cardsWithPIN
        self.pins = pins
        self.pinLength = pinLength
        self.duress = duress
        self.doors = doors
        self.schedule = schedule
        self.from = from
        self.to = to
        self.uses = uses
        self.used = used
        self.suspended = suspended
        self.extended = extended
    }
}

/// A standing right as an operator describes it, with credentials in the clear; they are hashed before anything is stored.
public struct HolderDescription: Hashable, Sendable, Codable {
    /// The holder.
    public var id: HolderID
    /// Whose it is.
    public var grantClass: GrantClass
    /// Cards; with ``pin`` each needs it.
    public var cards: [CredentialDescription]
    /// The PIN, 4 to 12 digits: with cards it is asked for after the card, without it lets in by itself.
    public var pin: String?
    /// What is typed in place of the PIN under duress.
    public var duressPIN: String?
    /// The doors it is for; none means all.
    public var doors: [DoorID]
    /// The hours in which it holds.
    public var schedule: ScheduleID?
    /// Its first moment.
    public var from: WallTime?
    /// The first moment after it.
    public var to: WallTime?
    /// How often it lets in.
    public var uses: Int?
    /// Whether its holder needs more time at doors.
    public var extended: Bool

    /// All fields.
    public init(
        id: HolderID, grantClass: GrantClass, cards: [CredentialDescription] = [], pin: String? = nil,
        duressPIN: String? = nil, doors: [DoorID] = [], schedule: ScheduleID? = nil, from: WallTime? = nil,
        to: WallTime? = nil, uses: Int? = nil,
        extended: Bool = false
    ) {
        self.id = id
        self.grantClass = grantClass
        self.cards = cards
        self.pin = pin
        self.duressPIN = duressPIN
        self.doors = doors
        self.schedule = schedule
        self.from = from
        self.to = to
        self.uses = uses
        self.extended = extended
    }
}
