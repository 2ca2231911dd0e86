/// What a configuration leaves out although it is no mistake: the hub works, and somebody will miss something.
public enum SetupWarning: String, Hashable, Sendable, Codable, CaseIterable, CustomStringConvertible {
    /// There is a broker and nobody whose signature holds, as after an upgrade from a version that took unsigned feeds.
    case noSigner

    /// What will be missed, and what to do, for a person.
    public var description: String {
        switch self {
        case .noSigner:
            "[mqtt] without [[signer]]: every booking feed and every request from the network is refused; "
                + "'hubctl sign --new-key FILE --id NAME' makes a key and prints the table to add"
        }
    }
}
