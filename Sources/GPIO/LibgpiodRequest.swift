internal import CGPIOD
internal import Glibc
internal import HubMessages
internal import LinuxIO

/// Lines that the kernel holds for this process.
final class LibgpiodRequest: LineRequest {
    // One read of the kernel's buffer; libgpiod clears all of it before each.
    private static let chunk = 64

    let descriptor: CInt

    private let chip: String
    private let numbers: [UInt32]
    private var isOutput: [Bool]
    private let capacity: Int
    private let events: EdgeBufferHandle
    private var handle: LineRequestHandle?

    init(
        _ handle: consuming LineRequestHandle, _ description: LineRequestDescription, numbers: [UInt32],
        chip: String
    ) throws(GPIOError) {
        descriptor = gpiod_line_request_get_fd(handle.pointer)
        self.chip = chip
        self.numbers = numbers
        isOutput = description.lines.map(\.settings.isOutput)
        capacity = description.eventCapacity
        events = try EdgeBufferHandle(capacity: min(capacity, Self.chunk))
        // A read of an empty buffer must not wait.
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw .system(SystemError(call: "fcntl"), place: "chip '\(chip)'")
        }
        self.handle = consume handle
    }

    func readEdges(into edges: inout [LineEdge]) throws(GPIOError) -> Int {
        let request = try pointer()
        var total = 0
        while total < capacity {
            let room = min(events.capacity, capacity - total)
            let count = gpiod_line_request_read_edge_events(request, events.pointer, room)
            guard count >= 0 else {
                let code = errno
                if code == EINTR { continue }
                // What was read counts; the next call meets the same failure.
                if code == EAGAIN || total > 0 { return total }
                throw failure("read", code)
            }
            for index in 0..<Int(count) { append(index, to: &edges) }
            total += Int(count)
            if count < room { break }
        }
        return total
    }

    func levels() throws(GPIOError) -> [Bool] {
        let request = try pointer()
        var values = Array(repeating: GPIOD_LINE_VALUE_INACTIVE, count: numbers.count)
        guard gpiod_line_request_get_values_subset(request, numbers.count, numbers, &values) == 0 else {
            throw failure("ioctl", errno)
        }
        return values.map { $0 == GPIOD_LINE_VALUE_ACTIVE }
    }

    func setLevel(_ active: Bool, line: Int) throws(GPIOError) {
        let request = try pointer()
        guard isOutput.indices.contains(line), isOutput[line] else { throw .notAnOutput(line: line) }
        let value = active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE
        guard gpiod_line_request_set_value(request, numbers[line], value) == 0 else {
            throw failure("ioctl", errno)
        }
    }

    func reconfigure(_ settings: [LineSettings]) throws(GPIOError) {
        let request = try pointer()
        guard settings.count == numbers.count else { throw .lineCount(settings.count) }
        let config = try LineConfigHandle()
        for (line, number) in zip(settings, numbers) { try config.add(line, line: number) }
        guard gpiod_line_request_reconfigure_lines(request, config.pointer) == 0 else {
            throw failure("ioctl", errno)
        }
        isOutput = settings.map(\.isOutput)
    }

    func release() {
        handle = nil
    }

    private func pointer() throws(GPIOError) -> OpaquePointer {
        guard let pointer = handle?.pointer else { throw .released }
        return pointer
    }

    private func append(_ index: Int, to edges: inout [LineEdge]) {
        guard let event = gpiod_edge_event_buffer_get_event(events.pointer, UInt(index)),
            let line = numbers.firstIndex(of: gpiod_edge_event_get_line_offset(event))
        else { return }
        edges.append(
            LineEdge(
                line: line,
                isActive: gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
                time: MonotonicTime(nanoseconds: gpiod_edge_event_get_timestamp_ns(event)),
                requestSequence: UInt32(truncatingIfNeeded: gpiod_edge_event_get_global_seqno(event)),
                lineSequence: UInt32(truncatingIfNeeded: gpiod_edge_event_get_line_seqno(event))))
    }

    private func failure(_ call: String, _ code: CInt) -> GPIOError {
        code == ENODEV
            ? .unplugged(chip: chip) : GPIOError(SystemError(call: call, code: code), at: "chip '\(chip)'")
    }
}
