public import HubMessages

/// What a credential has, made ready for a decision at one door.
public enum Candidates {
    /// The grants of `credential`, the nearest to `time` first, and how many were left out because there are too many.
    ///
    /// Nearest: those whose window holds `time`, then by the distance to it, then by their end and their name, so that
    /// the order in which they are stored does not matter. `spaces` are those that lie behind the door.
    public static func find(
        _ credential: CredentialToken, at door: DoorID, behind spaces: Set<SpaceID>, at time: WallTime,
        book: BookingBook, holders: HolderBook = HolderBook(), schedules: [ScheduleID: [TimeWindow]] = [:]
    ) -> (grants: [CandidateGrant], omitted: Int) {
        var all = book.bookings(of: credential).map { booking in
            CandidateGrant(
                kind: .booking, grantClass: .guest, booking: booking.id, space: booking.space,
                here: spaces.contains(booking.space), from: booking.from, to: booking.to,
                fromFeed: booking.source == .feed, cancelled: booking.cancelled ? true : nil,
                usesLeft: book.usesLeft(of: booking))
        }
        if let holder = holders.holder(of: credential) {
            let window = window(of: holder, at: time, schedules)
            all.append(
                CandidateGrant(
                    kind: .right, grantClass: holder.grantClass,
                    here: holder.doors.isEmpty || holder.doors.contains(door),
                    from: window.from, to: window.to, fromFeed: false, suspended: holder.suspended ? true : nil,
                    usesLeft: holder.uses.map { max(0, $0 - holder.used) }, extended: holder.extended ? true : nil))
        }
        let limit = DecisionInputs.maximumGrants
        guard all.count > limit else { return (all, 0) }
        let sorted = all.sorted { rank($0, time) < rank($1, time) }
        return (Array(sorted.prefix(limit)), all.count - limit)
    }

    /// The window of a standing right that matters at `time`: the one that holds it, else the next, else the last. Of a
    /// schedule that has no hours, or that is not known, an empty one.
    private static func window(
        of holder: Holder, at time: WallTime, _ schedules: [ScheduleID: [TimeWindow]]
    ) -> (from: WallTime?, to: WallTime?) {
        guard let schedule = holder.schedule else { return (holder.from, holder.to) }
        if let from = holder.from, time < from { return (holder.from, holder.to) }
        if let to = holder.to, time >= to { return (holder.from, holder.to) }
        let windows = schedules[schedule] ?? []
        guard let window = windows.first(where: { time < $0.to }) ?? windows.last else { return (time, time) }
        return (
            holder.from.map { max($0, window.from) } ?? window.from, holder.to.map { min($0, window.to) } ?? window.to
        )
    }

    /// What is for this door and valid comes first: nothing that lets in may be left out for something that does not.
    private static func rank(_ grant: CandidateGrant, _ time: WallTime) -> (Int, Int64, Int64, String) {
        let isUseless = !grant.here || grant.cancelled == true || grant.suspended == true || grant.usesLeft == 0
        let distance: Int64 =
            if let from = grant.from, time < from { (from - time).milliseconds } else if let to = grant.to, time >= to {
                (time - to).milliseconds
            } else { 0 }
        let end = grant.to?.milliseconds ?? .max
        return (isUseless ? 1 : 0, distance, -end, grant.booking?.rawValue ?? "")
    }
}
