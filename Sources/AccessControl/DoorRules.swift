/// What one door's hardware and its operator ask of its machine.
public struct DoorRules: Hashable, Sendable {
    /// How long a release lasts when nobody opens; 3 s to 5 min.
    public var release: Duration
    /// As ``release``, for a credential marked as needing more time.
    public var extendedRelease: Duration
    /// How long the door may stand open after an authorized opening.
    public var open: Duration
    /// As ``open``, for a credential marked as needing more time.
    public var extendedOpen: Duration
    /// How long before the end of ``open`` the warning comes; shorter than ``open``.
    public var warning: Duration
    /// When a passage ends.
    public var relock: Relock
    /// How long after that the lock falls in.
    public var relockDelay: Duration
    /// Whether the lock tells where its bolt is, and how long that may take to follow; `nil` without feedback.
    public var boltTime: Duration?
    /// What the lock line is told when the daemon stops.
    public var isReleasedAtRest: Bool

    /// When a passage ends.
    public enum Relock: String, Hashable, Sendable, CaseIterable {
        /// When the door is opened: the lock falls in behind the passage.
        case onOpen = "on-open"
        /// When the door is closed again.
        case onClose = "on-close"
    }

    /// After a relock, an opening within this still belongs to the release: the contact's debounce and the leaf's
    /// travel lie between the pull at the handle and the edge on the line.
    public static let openingGrace = Duration.milliseconds(500)

    /// The times of a plain strike; what is left out is as for everybody, at once, without feedback.
    public init(
        release: Duration, open: Duration, warning: Duration, extendedRelease: Duration? = nil,
        extendedOpen: Duration? = nil, relock: Relock = .onOpen, relockDelay: Duration = .zero,
        boltTime: Duration? = nil, isReleasedAtRest: Bool = false
    ) {
        self.release = release
        self.extendedRelease = extendedRelease ?? release
        self.open = open
        self.extendedOpen = extendedOpen ?? open
        self.warning = warning
        self.relock = relock
        self.relockDelay = relockDelay
        self.boltTime = boltTime
        self.isReleasedAtRest = isReleasedAtRest
    }
}
