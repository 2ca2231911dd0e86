public import HubMessages
public import Sensing

/// Everything that a hub is configured with. docs/configuration.md explains every key, its unit and its default.
public struct HubConfiguration: Equatable, Sendable {
    /// The hub's name in topics and events.
    public var hub: HubID
    /// The hub's name for people.
    public var name: String
    /// The district's name in topics.
    public var district: String
    /// The time zone that schedules are in, by its name in the tz database.
    public var timeZone: String
    /// How lines are reached.
    public var gpio: GPIOBackend
    /// How the simulated house behaves; only with the simulated backend.
    public var simulation: SimulationSettings
    /// Where and how events are kept.
    public var journal: JournalSettings
    /// How long events are kept.
    public var retention: RetentionSettings
    /// The broker; `nil` for a hub without one.
    public var mqtt: BrokerSettings?
    /// What is published in open formats besides; `nil` for nothing.
    public var export: ExportSettings?
    /// What decides about credentials.
    public var access: AccessSettings
    /// Whose signed messages are taken from the network.
    public var signers: [SignerSettings]
    /// What the district may see.
    public var privacy: PrivacySettings
    /// The control socket.
    public var control: ControlSettings
    /// The page for browsers on this machine; `nil` for none.
    public var dashboard: DashboardSettings?
    /// What readers show and sound; every signal is there.
    public var feedback: [FeedbackSignal: [FeedbackStep]]
    /// The card formats that the configuration describes, beside those that have a name.
    public var formats: [WiegandFormat]
    /// The schedules.
    public var schedules: [ScheduleSettings]
    /// The holidays.
    public var holidays: Set<CalendarDate>
    /// The spaces.
    public var spaces: [SpaceSettings]
    /// The doors.
    public var doors: [DoorSettings]
    /// The fire input; `nil` for none.
    public var fire: FireSettings?
    /// The light that is lit while the hub has a fault; `nil` for none.
    public var faultLED: OutputSettings?
    /// Doors of which never two are released at once, by group.
    public var interlocks: [Set<DoorID>]
    /// The sensors.
    public var sensors: [SensorSettings]

    /// The limits of every card format that the hub knows, by name.
    public var cardLimits: [String: CardLimits] {
        Dictionary((WiegandFormat.all + formats).map { ($0.name, $0.cardLimits) }) { first, _ in first }
    }

    /// The topic root that follows from the names, where none is configured.
    public static func defaultRoot(district: String, hub: HubID) -> String {
        "regionet/\(district)/\(hub)"
    }
}

/// How lines are reached.
public enum GPIOBackend: String, Hashable, Sendable, CaseIterable {
    /// The kernel's GPIO character devices, through libgpiod.
    case libgpiod
    /// A chip simulated inside the daemon, driven by `hubctl sim`.
    case simulated
}

/// How the simulated house behaves.
public struct SimulationSettings: Hashable, Sendable {
    /// How many times faster than real time the hub's clocks run.
    public var speed: Double
    /// The house's date at ``since``; `nil` for the real one.
    public var start: WallTime?
    /// The real moment at which the house's date was ``start``; `nil` for the start of the daemon. With it, a daemon
    /// that is started again finds the house's date where it would have been.
    public var since: WallTime?
    /// The file that every change of an output is appended to; `nil` for none.
    public var record: String?
}

/// Where and how events are kept.
public struct JournalSettings: Hashable, Sendable {
    /// The directory of the databases.
    public var directory: String
    /// How many acknowledged events stay readable at the hub.
    public var keepAcknowledged: Int
    /// How many events wait in memory for the disk before the least important of them are dropped and counted.
    public var queueLimit: Int
    /// The largest size of the journal's file in bytes; near it events go, climate first, alarms last.
    public var maximumSize: Int
    /// How many bytes of the disk are kept free for the last events before somebody helps.
    public var reserve: Int
}

/// How long events are kept, by what kind of thing they tell of.
public struct RetentionSettings: Hashable, Sendable {
    /// The period of each class.
    public var periods: [EventClass: Duration]
}

/// Whose word it takes until an event need not be kept for the network any more.
public enum AcknowledgementSource: String, Hashable, Sendable, CaseIterable {
    /// The broker's.
    case broker
    /// The archive's, on the topic `ack`.
    case archive
}

/// Which version of MQTT is spoken.
public enum MQTTVersion: String, Hashable, Sendable, CaseIterable {
    /// 5, and 3.1.1 with a broker that does not know 5.
    case automatic = "auto"
    /// 5 only.
    case v5 = "5"
    /// 3.1.1 only.
    case v311 = "3.1.1"
}

/// TLS towards the broker.
public struct TLSSettings: Hashable, Sendable {
    /// The file with the certificates of the authorities that are trusted (PEM); `nil` for the system's.
    public var authorityFile: String?
    /// The hub's own certificate (PEM), where the broker asks for one.
    public var certificateFile: String?
    /// The key of that certificate (PEM, without a passphrase).
    public var keyFile: String?
    /// The name that the broker's certificate must be for; `nil` for the host's.
    public var serverName: String?
}

/// The broker.
public struct BrokerSettings: Hashable, Sendable {
    /// Its host name or address.
    public var host: String
    /// Its port.
    public var port: Int
    /// What all topics begin with; without a trailing slash.
    public var root: String
    /// The MQTT client identifier.
    public var clientID: String
    /// The user name, where the broker wants one.
    public var username: String?
    /// The file with the password.
    public var passwordFile: String?
    /// The MQTT keep-alive interval.
    public var keepAlive: Duration
    /// Which version of MQTT is spoken.
    public var version: MQTTVersion
    /// TLS; `nil` for none.
    public var tls: TLSSettings?
    /// Whose word lets events go.
    public var acknowledgement: AcknowledgementSource
    /// How many bytes of events a second at most; `nil` for as many as the line takes.
    public var bytesPerSecond: Int?
}

/// What decides about credentials.
public struct AccessSettings: Hashable, Sendable {
    /// The file with the key that credentials are hashed with.
    public var keyFile: String
    /// How long before its beginning a booking opens doors already.
    public var before: Duration
    /// How long after its end a booking still opens doors.
    public var after: Duration
    /// What holds for each class of grants while clock or booking data are not what they should be; every class is
    /// there.
    public var trust: [GrantClass: ClockTrust]
    /// How long a grant waits for its record on disk.
    public var recordWithin: Duration
    /// At most so many bookings.
    public var maximumBookings: Int
}

extension AccessSettings {
    /// What holds for grants of that class.
    public func trust(in grantClass: GrantClass) -> ClockTrust {
        trust[grantClass] ?? Self.usualTrust(in: grantClass)
    }

    /// The defaults: an unconfirmed clock does, an unknown one only for staff and emergencies; data of any age.
    public static func usualTrust(in grantClass: GrantClass) -> ClockTrust {
        switch grantClass {
        case .guest, .member: ClockTrust(unknown: false, unsynchronized: true)
        case .staff, .emergency: ClockTrust(unknown: true, unsynchronized: true)
        }
    }
}

/// What the district may see.
public struct PrivacySettings: Hashable, Sendable {
    /// Numbers of fewer people than this are suppressed in what the district receives.
    public var minimumPeople: Int
    /// How long a card has the same pseudonym in events.
    public var pseudonymPeriod: Duration
}

/// The control socket.
public struct ControlSettings: Hashable, Sendable {
    /// Its path.
    public var socket: String
    /// The group whose members may give commands; `nil` for none but root and the daemon's own user.
    public var operators: String?
    /// The group whose members may see how the hub is and watch; `nil` for none.
    public var viewers: String?
}

/// The page for browsers on this machine.
public struct DashboardSettings: Hashable, Sendable {
    /// The port of 127.0.0.1 that it is served on.
    public var port: UInt16
    /// The names that it answers to besides `localhost` and `127.0.0.1`: those of a reverse proxy.
    public var hosts: Set<String>
}
