/// The keyed hash function that makes what operators' events show of a credential. Its key is good for one period of time
/// and is then destroyed, so that pseudonyms of two periods cannot be brought together any more, by nobody.
///
/// Two are equal when they have the same ``keyName``.
public struct PseudonymHash: Equatable, Sendable {
    /// Which period the key is of: the number of whole periods since 1970-01-01T00:00:00Z; `nil` for one that was made
    /// while the time was not known.
    public let period: Int64?
    /// A public name of the key: it tells two keys apart and reveals neither.
    public let keyName: String
    private let hash: @Sendable (CredentialToken) -> String

    /// The function `hash` under a key of that name.
    public init(period: Int64?, keyName: String, hash: @escaping @Sendable (CredentialToken) -> String) {
        self.period = period
        self.keyName = keyName
        self.hash = hash
    }

    /// The pseudonym of a credential: 12 lower-case hexadecimal digits, enough to tell two cards apart.
    public func callAsFunction(_ token: CredentialToken) -> String {
        hash(token)
    }

    public static func == (left: PseudonymHash, right: PseudonymHash) -> Bool {
        left.keyName == right.keyName
    }

    /// The token's own first digits: for simulations and tests, which have no key and nobody to protect.
    public static let unkeyed = PseudonymHash(period: nil, keyName: "none") { $0.pseudonym }
}
