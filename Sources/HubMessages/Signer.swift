/// Types the names of signers.
public enum SignerName: Sendable {}

/// The name of somebody whose signature the hub knows: what a signed message calls its key.
public typealias SignerID = Identifier<SignerName>

/// What a signer may send.
public enum SignerRight: String, Hashable, Sendable, Codable, CaseIterable {
    /// The feed of bookings.
    case feed
    /// Requests to grant and revoke single bookings.
    case grant
    /// Requests to release a door for one passage.
    case open
    /// Operators' orders for doors.
    case orders
    /// Standing rights.
    case credentials
    /// The reset of the fire alarm, by somebody who is not at the hub.
    case resetFire = "reset-fire"
}
