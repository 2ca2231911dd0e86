internal import HubConfiguration
internal import HubMessages
internal import Sensing

// Debouncing in the hub, for lines of which the kernel refused to do it.
extension Hub {
    /// The kernel takes a device's lines, but not their debounce periods: the hub keeps these itself.
    mutating func filterHere(_ device: DeviceID) {
        unfiltered.insert(device)
    }

    /// A device's lines were requested anew.
    mutating func startFilters(of device: DeviceID, _ levels: [LineRole: Bool]) {
        for role in LineRole.allCases { filters[DeviceLine(device: device, line: role)] = nil }
        guard unfiltered.contains(device), let lines = wiring[device]?.lines else { return }
        for line in lines {
            guard case .level(_, let debounce) = line.use, debounce > .zero else { continue }
            filters[DeviceLine(device: device, line: line.role)] = EdgeFilter(
                shortest: debounce, level: levels[line.role] ?? false)
        }
    }

    /// An edge that counts: `edge` itself where the kernel filters, else what it proves of the level before.
    mutating func filtered(_ line: DeviceLine, _ edge: SensedEdge) -> SensedEdge? {
        guard !filters.isEmpty, var filter = filters[line] else { return edge }
        let settled = filter.edge(edge.isActive, at: edge.time)
        filters[line] = filter
        return settled.map {
            SensedEdge(line: line.line, isActive: $0.level, time: $0.time, sequence: edge.sequence)
        }
    }

    mutating func advanceFilters(to moment: Moment) {
        for line in filters.keys.sorted(by: { ($0.device, $0.line.rawValue) < ($1.device, $1.line.rawValue) }) {
            guard let settled = filters[line]?.advance(to: moment.monotonic) else { continue }
            deliver(
                line.device,
                SensedEdge(line: line.line, isActive: settled.level, time: settled.time, sequence: 0), at: moment)
        }
    }

    mutating func rereadFilters(of device: DeviceID, _ levels: [LineRole: Bool]) {
        for (role, level) in levels {
            filters[DeviceLine(device: device, line: role)]?.reread(level)
        }
    }
}
