internal import GPIO
internal import HubConfiguration
internal import HubMessages
internal import LinuxIO
internal import Sensing

/// The line requests that are open, by device and by descriptor.
struct DeviceTable {
    /// A device whose lines are ours.
    struct OpenDevice {
        let request: any LineRequest
        let lines: DeviceLines
        let description: LineRequestDescription
    }

    private let provider: any LineProvider
    private var open: [DeviceID: OpenDevice] = [:]
    private var byDescriptor: [CInt: DeviceID] = [:]
    private var edges: [LineEdge] = []

    init(_ provider: any LineProvider) {
        self.provider = provider
    }

    /// Requests a device's lines. Returns the levels of its inputs and the descriptor to watch: an output's, too, tells
    /// when its chip is gone.
    mutating func request(
        _ device: DeviceID, _ lines: DeviceLines, released: Bool
    ) throws(GPIOError) -> (levels: [LineRole: Bool], descriptor: CInt, isFiltered: Bool) {
        guard var description = LineRequestDescription(device, lines, released: released) else {
            throw .lineNotFound(lines.lines.map(\.address).joined(separator: ", "), similar: [])
        }
        var isFiltered = true
        let request: any LineRequest
        do throws(GPIOError) {
            request = try provider.request(description)
        } catch {
            // A chip whose lines cannot be debounced, by itself or by the kernel: the hub does it.
            guard case .unsupported = error, let plain = description.withoutDebounce else { throw error }
            request = try provider.request(plain)
            description = plain
            isFiltered = false
        }
        let levels: [LineRole: Bool]
        do throws(GPIOError) {
            levels = try Self.levels(of: request, lines)
        } catch {
            request.release()
            throw error
        }
        open[device] = OpenDevice(request: request, lines: lines, description: description)
        byDescriptor[request.descriptor] = device
        return (levels, request.descriptor, isFiltered)
    }

    /// Gives a device's lines back. Returns the descriptor that is no longer to be watched, if there was one; it is
    /// closed once the returned closure is called.
    mutating func abandon(_ device: DeviceID) -> (descriptor: CInt, release: () -> Void)? {
        guard let gone = open.removeValue(forKey: device) else { return nil }
        let descriptor = gone.request.descriptor
        byDescriptor[descriptor] = nil
        return (descriptor, { gone.request.release() })
    }

    /// The devices that are open.
    var devices: [DeviceID] { Array(open.keys) }

    /// The device whose edges the descriptor announces.
    func device(of descriptor: CInt) -> DeviceID? {
        byDescriptor[descriptor]
    }

    /// Takes a device's waiting edges.
    mutating func takeEdges(_ device: DeviceID) throws(GPIOError) -> [SensedEdge] {
        guard let source = open[device] else { return [] }
        edges.removeAll(keepingCapacity: true)
        try source.request.readEdges(into: &edges)
        return edges.map { edge in
            SensedEdge(
                line: source.lines.lines[edge.line].role, isActive: edge.isActive, time: edge.time,
                sequence: edge.lineSequence)
        }
    }

    /// The levels of a device's inputs, by role; `nil` where the device is not open.
    func levels(_ device: DeviceID) throws(GPIOError) -> [LineRole: Bool]? {
        guard let source = open[device] else { return nil }
        return try Self.levels(of: source.request, source.lines)
    }

    /// Sets a device's output of that role; `false` where the device is not open or has none.
    func set(_ device: DeviceID, _ role: LineRole = .only, active: Bool) throws(GPIOError) -> Bool {
        guard let target = open[device], let line = target.lines.lines.firstIndex(where: { $0.role == role })
        else { return false }
        try target.request.setLevel(active, line: line)
        return true
    }

    /// Makes a device's only line an output and pulls it low (`true`), or an input again whose edges are reported.
    func pullLow(_ device: DeviceID, _ isLow: Bool) throws(GPIOError) {
        guard let target = open[device] else { return }
        let low = LineSettings.output(OutputSettings(initial: false, drive: .openDrain))
        try target.request.reconfigure(isLow ? [low] : target.description.lines.map(\.settings))
    }

    private static func levels(
        of request: any LineRequest, _ lines: DeviceLines
    ) throws(GPIOError) -> [LineRole: Bool] {
        let levels = try request.levels()
        return Dictionary(zip(lines.lines.map(\.role), levels)) { first, _ in first }
    }
}
