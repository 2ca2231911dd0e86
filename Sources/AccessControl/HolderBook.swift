public import HubMessages

/// All standing rights the hub knows, and what each credential has of them.
public struct HolderBook: Equatable, Sendable {
    private var holders: [HolderID: Holder] = [:]
    private var byToken: [CredentialToken: HolderID] = [:]

    /// The book with what was stored.
    public init(stored: [Holder] = []) {
        for holder in stored { holders[holder.id] = holder }
        index()
    }

    /// All holders, by name.
    public var all: [Holder] { holders.values.sorted { $0.id < $1.id } }

    /// The holder of that name.
    public subscript(id: HolderID) -> Holder? { holders[id] }

    /// Adds or replaces a holder.
    public mutating func put(_ holder: Holder) {
        holders[holder.id] = holder
        index()
    }

    /// Removes a holder; `false` where there is none of that name.
    public mutating func remove(_ id: HolderID) -> Bool {
        guard holders.removeValue(forKey: id) != nil else { return false }
        index()
        return true
    }

    /// The holder whom a credential lets in, wherever and whenever.
    public func holder(of credential: CredentialToken) -> Holder? {
        guard let id = byToken[credential], let holder = holders[id], holder.letsIn(credential) else { return nil }
        return holder
    }

    /// Whether the card is to be followed by its PIN.
    public func needsPIN(_ card: CredentialToken) -> Bool {
        guard let id = byToken[card] else { return false }
        return holders[id]?.cardsWithPIN.contains { $0.card == card } == true
    }

    /// Whether what was typed is what is typed under duress.
    public func isDuress(_ credential: CredentialToken) -> Bool {
        guard let id = byToken[credential] else { return false }
        return holders[id]?.duress.contains(credential) == true
    }

    private mutating func index() {
        byToken = [:]
        for holder in all {
            for token in holder.tokens { byToken[token] = holder.id }
        }
    }
}
