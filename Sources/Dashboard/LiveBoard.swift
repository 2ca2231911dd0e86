/// What is true now, by topic, and in which order it changed: what the page and its stream are made of.
///
/// A reader is one number, the last change it has seen; a slow one skips what was overtaken and needs no queue.
struct LiveBoard: Equatable {
    private struct Entry: Equatable {
        var state: [UInt8]?
        var change: UInt64
    }

    private var entries: [String: Entry] = [:]

    /// The number of the last change; 0 before the first.
    private(set) var lastChange: UInt64 = 0

    /// `state`, one JSON value, holds for `topic` from now on; `nil` where its subject is gone.
    mutating func show(_ topic: String, _ state: [UInt8]?) {
        // A subject that is gone is remembered, so that a page that knew it is told.
        guard state != nil || entries[topic] != nil, entries[topic]?.state != state else { return }
        lastChange += 1
        entries[topic] = Entry(state: state, change: lastChange)
    }

    /// What changed after `change`, in the order of change, as messages of a stream of events (HTML Living Standard,
    /// section 9.2, "Server-sent events"): `data: {"topic": …, "state": …}`. Empty where nothing did.
    func messages(after change: UInt64) -> [UInt8] {
        let changed = entries.filter { $0.value.change > change }.sorted { $0.value.change < $1.value.change }
        return changed.flatMap { topic, entry in
            Array("data: {\"topic\":\"\(topic)\",\"state\":".utf8) + (entry.state ?? Array("null".utf8))
                + Array("}\n\n".utf8)
        }
    }

    /// Everything that is true now: one JSON object by topic.
    var document: [UInt8] {
        let present = entries.compactMap { topic, entry in entry.state.map { (topic, $0) } }.sorted { $0.0 < $1.0 }
        var text = Array("{".utf8)
        for (index, (topic, state)) in present.enumerated() {
            text += Array("\(index == 0 ? "" : ",")\"\(topic)\":".utf8) + state
        }
        return text + Array("}\n".utf8)
    }
}
