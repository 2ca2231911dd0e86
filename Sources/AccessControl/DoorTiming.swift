/// The durations of one door.
public struct DoorTiming: Hashable, Sendable {
    /// How long a release lasts when nobody opens the door; 3 s to 5 min.
    public var release: Duration
    /// How long the door may stand open after an authorized opening.
    public var open: Duration
    /// How long before the end of ``open`` the warning comes; shorter than ``open``.
    public var warning: Duration

    /// After a relock, an opening within this still belongs to the release: the contact's debounce and the leaf's
    /// travel lie between the pull at the handle and the edge on the line.
    public static let openingGrace = Duration.milliseconds(500)

    /// All durations.
    public init(release: Duration, open: Duration, warning: Duration) {
        self.release = release
        self.open = open
        self.warning = warning
    }
}
