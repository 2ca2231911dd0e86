/// On which side of a door a reader is: what it lets somebody do.
public enum ReaderSide: String, Hashable, Sendable, Codable, CaseIterable {
    /// Outside: who shows a credential wants in.
    case outside
    /// Inside: who shows a credential wants out.
    case inside
}
