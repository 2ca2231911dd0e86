public import HubConfiguration
public import HubMessages
public import LinuxIO
public import Sensing
internal import Synchronization

/// Sensors that the kernel has drivers for, read through sysfs by a thread of its own.
///
/// A read may take its time in the driver: a 1-Wire thermometer converts for 750 ms, a DHT11 is asked more than once.
/// One thread reads one after the other, behind two bounded queues; a driver that hangs holds up the sensors of other
/// drivers and nobody else, and the hub says of each that it does not answer.
public final class KernelSensors {
    /// A reading, or why there is none.
    public struct Reading: Sendable {
        /// Whose it is.
        public let sensor: SensorID
        /// What was read.
        public let result: Result<Climate, DriverFault>
    }

    /// At most so many readings are asked for and not yet taken.
    public static let capacity = 64

    private struct Order: Sendable {
        let sensor: SensorID
        let device: KernelSensor
    }

    private let orders = HandoffQueue<Order>(capacity: capacity)
    private let readings = HandoffQueue<Reading>(capacity: capacity)
    private let ordered: EventCounter
    private let closing = Closing()
    private var outstanding = 0

    /// Readable when ``next()`` has something.
    public let arrived: EventCounter

    /// Begins to wait for orders. `root` is where sysfs is mounted.
    public init(root: String = "/sys") throws(SystemError) {
        ordered = try EventCounter()
        arrived = try EventCounter()
        Thread { [orders, readings, ordered, arrived, closing] in
            let tree = SensorTree(root: root)
            while !closing.isAsked {
                while !closing.isAsked, let order = orders.pop() {
                    // There is room: no more are ordered than fit.
                    _ = readings.push(Reading(sensor: order.sensor, result: tree.read(order.device)))
                    arrived.signal()
                }
                ordered.wait()
            }
        }.detach()
    }

    /// The thread ends by itself, once the driver that it waits for lets go of it.
    deinit {
        closing.ask()
        ordered.signal()
    }

    /// Asks for a reading of `sensor`. `false` where ``capacity`` are asked for already; then none is.
    public func read(_ sensor: SensorID, _ device: KernelSensor) -> Bool {
        guard outstanding < Self.capacity, orders.push(Order(sensor: sensor, device: device)) else { return false }
        outstanding += 1
        ordered.signal()
        return true
    }

    /// Takes the next reading; `nil` where none has come.
    public func next() -> Reading? {
        guard let reading = readings.pop() else { return nil }
        outstanding -= 1
        return reading
    }
}

/// Whether the thread is to end.
private final class Closing: Sendable {
    private let asked = Atomic<Bool>(false)

    var isAsked: Bool { asked.load(ordering: .acquiring) }

    func ask() { asked.store(true, ordering: .releasing) }
}
