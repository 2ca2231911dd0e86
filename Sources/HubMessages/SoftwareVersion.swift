/// The version of RegioHub: of all its programs, in `hub.started` and in `status`.
public enum SoftwareVersion {
    /// Major, minor, patch (semver.org).
    public static let current = "0.1.0"
}
