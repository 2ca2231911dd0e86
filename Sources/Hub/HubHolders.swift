internal import AccessControl
internal import HubConfiguration
public import HubMessages

/// A card that is to be followed by its PIN, until then.
struct AwaitedPIN: Equatable, Sendable {
    let card: Credential
    let until: MonotonicTime
}

// Standing rights, and what wrong codes lead to.
extension Hub {
    /// So long after a card that needs its PIN, what is typed counts for it.
    static let pinTime = Duration.seconds(15)

    /// All standing rights, by id.
    public var standingRights: [Holder] { holders.all }

    // MARK: Attempts

    func isLockedOut(_ credential: Credential, _ place: ReaderPlace, at time: MonotonicTime) -> Bool {
        switch credential {
        case .card: false
        case .pin: keypadLockouts[place]?.isLocked(at: time) ?? false
        case .cardAndPIN(let card, _): cardLockouts[hash(card)]?.isLocked(at: time) ?? false
        }
    }

    mutating func attempted(
        _ credential: Credential, _ reason: DecisionReason, _ place: ReaderPlace, at time: MonotonicTime
    ) {
        awaitedPINs[place] = reason == .pinRequired ? AwaitedPIN(card: credential, until: time + Self.pinTime) : nil
        guard reason != .lockedOut else { return }
        // Only what is unknown was guessed; a code at the wrong time is not.
        let isRight = reason != .unknownCredential
        switch credential {
        case .card: break
        case .pin:
            keypadLockouts[place, default: .keypad].attempt(isRight: isRight, at: time)
            if keypadLockouts[place]?.isForgotten(at: time) == true { keypadLockouts[place] = nil }
        case .cardAndPIN(let card, _):
            // Cards that nobody knows are not kept: they would be an attacker's to multiply.
            guard holders.needsPIN(hash(card)) else { return }
            cardLockouts = cardLockouts.filter { !$0.value.isForgotten(at: time) }
            cardLockouts[hash(card), default: .card].attempt(isRight: isRight, at: time)
            if isRight { cardLockouts[hash(card)] = nil }
        }
    }

    /// A grant for a number of times was used.
    mutating func count(_ credential: CredentialToken, _ grant: CandidateGrant?) {
        guard let grant, grant.usesLeft != nil else { return }
        switch grant.kind {
        case .booking:
            guard let id = grant.booking else { return }
            book.use(id)
            effects.append(.storeBookingUses(book.used))
        case .right:
            guard var holder = holders.holder(of: credential) else { return }
            holder.used += 1
            holders.put(holder)
            effects.append(.storeHolder(holder))
        }
    }

    // MARK: Changes

    mutating func put(_ entry: HolderDescription, by operatorName: String, request: UInt64, at moment: Moment) {
        let rules = HolderRules(
            doors: Set(doors.keys), schedules: Set(configuration.schedules.map(\.id)), formats: configuration.cardLimits
        )
        do throws(HolderRules.Violation) {
            let holder = try rules.check(entry, others: holders.all.filter { $0.id != entry.id }, hash: hash)
            holders.put(holder)
            effects.append(.storeHolder(holder))
            changed(holder.id, .put, by: operatorName, request: request, at: moment)
        } catch {
            answer(request, .refused("'\(entry.id)': \(error.detail)"))
        }
    }

    mutating func removeHolder(_ id: HolderID, by operatorName: String, request: UInt64, at moment: Moment) {
        guard holders.remove(id) else {
            answer(request, .refused("there is no standing right '\(id)'; see 'hubctl credentials list'"))
            return
        }
        effects.append(.removeHolder(id))
        changed(id, .removed, by: operatorName, request: request, at: moment)
    }

    mutating func suspend(
        _ id: HolderID, _ isSuspended: Bool, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        guard var holder = holders[id] else {
            answer(request, .refused("there is no standing right '\(id)'; see 'hubctl credentials list'"))
            return
        }
        holder.suspended = isSuspended
        holders.put(holder)
        effects.append(.storeHolder(holder))
        changed(id, isSuspended ? .suspended : .resumed, by: operatorName, request: request, at: moment)
    }

    private mutating func changed(
        _ id: HolderID, _ change: HoldersChanged.Change, by operatorName: String, request: UInt64, at moment: Moment
    ) {
        record(
            .holdersChanged(HoldersChanged(holder: id, change: change, by: operatorName, count: holders.all.count)),
            at: moment)
        answer(request, .done)
    }
}
