public import HubMessages

/// The rules a standing right must keep before it is taken.
public struct HolderRules: Hashable, Sendable {
    /// The doors this hub has.
    public var doors: Set<DoorID>
    /// The schedules this hub has.
    public var schedules: Set<ScheduleID>
    /// What cards of the formats that this hub knows can be, by the format's name.
    public var formats: [String: CardLimits]

    /// All rules.
    public init(doors: Set<DoorID>, schedules: Set<ScheduleID> = [], formats: [String: CardLimits]) {
        self.doors = doors
        self.schedules = schedules
        self.formats = formats
    }

    /// What is wrong with a standing right, in words for an operator; holds no credential.
    public struct Violation: Error, Hashable, Sendable {
        /// What, where, and what to do.
        public let detail: String
    }

    /// A PIN or booking code has so many digits.
    public static let digits = 4...12

    /// The holder with its credentials hashed, if it and all of `others` together keep all rules. `others` are the holders
    /// there are besides the one of that id.
    public func check(
        _ entry: HolderDescription, others: [Holder], hash: CredentialHash
    ) throws(Violation) -> Holder {
        guard entry.grantClass != .guest else {
            throw Violation(detail: "a guest has bookings; a standing right is a member's, staff's or for emergencies")
        }
        guard others.count < Holder.maximumHolders else {
            throw Violation(
                detail: "the hub has \(others.count) standing rights, the limit is \(Holder.maximumHolders)")
        }
        for door in entry.doors where !doors.contains(door) {
            let known = doors.sorted().map(\.rawValue).joined(separator: ", ")
            throw Violation(detail: "there is no door '\(door)'; the hub has: \(known)")
        }
        if let schedule = entry.schedule, !schedules.contains(schedule) {
            let known = schedules.sorted().map(\.rawValue).joined(separator: ", ")
            throw Violation(
                detail: "there is no schedule '\(schedule)'; "
                    + (known.isEmpty ? "the configuration has none" : "the hub has: \(known)"))
        }
        if let from = entry.from, let to = entry.to, from >= to { throw Violation(detail: "it ends before it begins") }
        if let uses = entry.uses, uses < 1 {
            throw Violation(detail: "it can be used \(uses) times; expected 1 or more")
        }
        guard !entry.cards.isEmpty || entry.pin != nil else {
            throw Violation(detail: "it has no credential; expected a card, a PIN, or both")
        }
        guard entry.cards.count <= Holder.maximumCredentials else {
            throw Violation(detail: "it has \(entry.cards.count) cards, the limit is \(Holder.maximumCredentials)")
        }
        for card in entry.cards {
            if let fault = Self.fault(of: card, formats) { throw Violation(detail: fault) }
        }
        let holder = try hashed(entry, hash)
        if let pinLength = holder.pinLength { try checkPINs(others, adding: pinLength) }
        try checkUnique(holder, others)
        return holder
    }

    private func hashed(_ entry: HolderDescription, _ hash: CredentialHash) throws(Violation) -> Holder {
        var holder = Holder(
            id: entry.id, grantClass: entry.grantClass, doors: entry.doors, schedule: entry.schedule, from: entry.from,
            to: entry.to, uses: entry.uses, extended: entry.extended)
        let pin = try entry.pin.map(Self.digits)
        let duress = try entry.duressPIN.map(Self.digits)
        if let duress {
            guard let pin else { throw Violation(detail: "it has a duress PIN and no PIN") }
            guard duress.count == pin.count, duress != pin else {
                throw Violation(detail: "the duress PIN must have as many digits as the PIN, and be another one")
            }
        }
        if !entry.cards.isEmpty, let pin {
            for card in entry.cards {
                holder.cardsWithPIN.append(
                    Holder.CardWithPIN(card: hash(card.credential), both: hash(card.credential.with(pin))))
                if let duress { holder.duress.append(hash(card.credential.with(duress))) }
            }
        } else {
            holder.cards = entry.cards.map { hash($0.credential) }
            if let pin {
                holder.pins = [hash(.pin(pin))]
                holder.pinLength = pin.count
                if let duress { holder.duress = [hash(.pin(duress))] }
            }
        }
        return holder
    }

    /// EN 60839-11-1: at least 1,000 combinations for each PIN in use, which comes to at least 4 digits for up to 10
    /// holders, 5 for up to 100, 6 for up to 1,000. A duress PIN is one more PIN.
    private func checkPINs(_ others: [Holder], adding length: Int) throws(Violation) {
        let lengths = others.compactMap(\.pinLength) + [length]
        let holders = lengths.count
        var needed = 4
        var most = 10
        while holders > most {
            needed += 1
            most *= 10
        }
        guard let shortest = lengths.min(), shortest < needed else { return }
        throw Violation(
            detail: "\(holders) holders with a PIN need \(needed) digits or more (EN 60839-11-1); the shortest has "
                + "\(shortest): choose a longer one, or have longer ones first")
    }

    private func checkUnique(_ holder: Holder, _ others: [Holder]) throws(Violation) {
        let own = holder.tokens
        for other in others where !own.isDisjoint(with: other.tokens) {
            // Which PIN is taken is not told, only that another one is needed.
            throw Violation(detail: "one of its credentials belongs to another holder already; choose another one")
        }
    }

    private static func digits(_ text: String) throws(Violation) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard digits.contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Violation(
                detail: "a PIN or code is \(digits.lowerBound) to \(digits.upperBound) digits, nothing else")
        }
        return bytes.map { $0 - 0x30 }
    }

    /// What is wrong with a credential, in words that hold none of its numbers; `nil` where nothing is.
    static func fault(of credential: CredentialDescription, _ formats: [String: CardLimits]) -> String? {
        switch credential.type {
        case .card:
            guard let limits = formats[credential.formatName] else {
                // What names no format may be anything, a card's number too.
                let name =
                    CardLimits.isName(credential.formatName) ? "'\(credential.formatName)'" : "whose name is none"
                return "this hub does not know a card format \(name); it knows "
                    + formats.keys.sorted().joined(separator: ", ")
            }
            return limits.fault(of: credential)
        case .code:
            let code = Array((credential.digits ?? "").utf8)
            let isCode = digits.contains(code.count) && code.allSatisfy { (0x30...0x39).contains($0) }
            return isCode
                ? nil : "a booking code is \(digits.lowerBound) to \(digits.upperBound) 'digits', nothing else"
        }
    }
}

extension Holder {
    /// Everything it is found by.
    var tokens: Set<CredentialToken> {
        Set(cards + pins + duress + cardsWithPIN.flatMap { [$0.card, $0.both] })
    }

    /// What lets in, with or without an alarm.
    func letsIn(_ credential: CredentialToken) -> Bool {
        cards.contains(credential) || pins.contains(credential) || duress.contains(credential)
            || cardsWithPIN.contains { $0.both == credential }
    }
}
