internal import HubConfiguration
internal import HubMessages

// What operators' events show of a credential, and when that changes.
extension Hub {
    /// Asks for a new key where the period of the one in use is over. While the time is not known, it goes on being used.
    mutating func careForPseudonyms(at moment: Moment) {
        guard moment.quality != .unknown else {
            pseudonymsDue = nil
            return
        }
        let length = configuration.privacy.pseudonymPeriod.milliseconds
        let (quotient, rest) = moment.wall.milliseconds.quotientAndRemainder(dividingBy: length)
        let period = rest < 0 ? quotient - 1 : quotient
        let end = WallTime(milliseconds: (period + 1) * length)
        pseudonymsDue = moment.monotonic + (end - moment.wall)
        if pseudonyms.period != period { effects.append(.renewPseudonyms(period: period)) }
    }
}
