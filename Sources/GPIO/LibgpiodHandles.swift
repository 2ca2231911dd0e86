internal import CGPIOD
internal import Glibc
internal import LinuxIO

// Every libgpiod object has one owner here that frees it, on every path.

/// An open chip.
struct ChipHandle: ~Copyable {
    let pointer: OpaquePointer
    let path: String

    /// Opens the chip at `path`, for example `/dev/gpiochip0`.
    init(path: String) throws(GPIOError) {
        guard let pointer = gpiod_chip_open(path) else { throw .opening(path, errno) }
        self.pointer = pointer
        self.path = path
    }

    deinit {
        gpiod_chip_close(pointer)
    }

    /// Name, label and the names of all lines.
    func describe() throws(GPIOError) -> LineLookup.Chip {
        guard let info = gpiod_chip_get_info(pointer) else { throw .opening(path, errno) }
        defer { gpiod_chip_info_free(info) }
        var names: [String?] = []
        for line in 0..<UInt32(clamping: gpiod_chip_info_get_num_lines(info)) {
            let info = try LineInfoHandle(of: self, line: line)
            names.append(info.name)
        }
        return LineLookup.Chip(
            name: String(cString: gpiod_chip_info_get_name(info)),
            label: String(cString: gpiod_chip_info_get_label(info)), lineNames: names)
    }
}

/// What a chip says about one of its lines.
struct LineInfoHandle: ~Copyable {
    private let pointer: OpaquePointer

    init(of chip: borrowing ChipHandle, line: UInt32) throws(GPIOError) {
        guard let pointer = gpiod_chip_get_line_info(chip.pointer, line) else {
            throw .opening(chip.path, errno)
        }
        self.pointer = pointer
    }

    deinit {
        gpiod_line_info_free(pointer)
    }

    var name: String? { gpiod_line_info_get_name(pointer).map { String(cString: $0) } }

    /// Who holds the line; `nil` where it is free.
    var holder: String? {
        guard gpiod_line_info_is_used(pointer) else { return nil }
        return gpiod_line_info_get_consumer(pointer).map { String(cString: $0) } ?? "the kernel"
    }
}

/// The settings of one line.
struct LineSettingsHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ settings: LineSettings) throws(GPIOError) {
        guard let pointer = gpiod_line_settings_new() else { throw .outOfMemory("gpiod_line_settings_new") }
        self.pointer = pointer
        // The setters only fail on values outside their enumerations.
        switch settings {
        case .input(let input):
            gpiod_line_settings_set_direction(pointer, GPIOD_LINE_DIRECTION_INPUT)
            gpiod_line_settings_set_bias(pointer, input.bias.libgpiod)
            gpiod_line_settings_set_edge_detection(pointer, input.edges.libgpiod)
            gpiod_line_settings_set_active_low(pointer, input.isActiveLow)
            gpiod_line_settings_set_debounce_period_us(pointer, UInt(input.debounceMicroseconds))
            gpiod_line_settings_set_event_clock(pointer, GPIOD_LINE_CLOCK_MONOTONIC)
        case .output(let output):
            gpiod_line_settings_set_direction(pointer, GPIOD_LINE_DIRECTION_OUTPUT)
            gpiod_line_settings_set_drive(pointer, output.drive.libgpiod)
            gpiod_line_settings_set_active_low(pointer, output.isActiveLow)
            gpiod_line_settings_set_output_value(
                pointer, output.initial ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE)
        }
    }

    deinit {
        gpiod_line_settings_free(pointer)
    }
}

/// The settings of all lines of a request.
struct LineConfigHandle: ~Copyable {
    let pointer: OpaquePointer

    init() throws(GPIOError) {
        guard let pointer = gpiod_line_config_new() else { throw .outOfMemory("gpiod_line_config_new") }
        self.pointer = pointer
    }

    func add(_ settings: LineSettings, line: UInt32) throws(GPIOError) {
        let settings = try LineSettingsHandle(settings)
        let code = withUnsafePointer(to: line) {
            gpiod_line_config_add_line_settings(pointer, $0, 1, settings.pointer)
        }
        guard code == 0 else { throw .outOfMemory("gpiod_line_config_add_line_settings") }
    }

    deinit {
        gpiod_line_config_free(pointer)
    }
}

/// Who asks, and for how many edges there is room.
struct RequestConfigHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ description: LineRequestDescription) throws(GPIOError) {
        guard let pointer = gpiod_request_config_new() else { throw .outOfMemory("gpiod_request_config_new") }
        self.pointer = pointer
        gpiod_request_config_set_consumer(pointer, description.shownConsumer)
        gpiod_request_config_set_event_buffer_size(pointer, description.eventCapacity)
    }

    deinit {
        gpiod_request_config_free(pointer)
    }
}

/// Room for the edges of one `read(2)`.
struct EdgeBufferHandle: ~Copyable {
    let pointer: OpaquePointer
    let capacity: Int

    init(capacity: Int) throws(GPIOError) {
        guard let pointer = gpiod_edge_event_buffer_new(capacity) else {
            throw .outOfMemory("gpiod_edge_event_buffer_new")
        }
        self.pointer = pointer
        self.capacity = capacity
    }

    deinit {
        gpiod_edge_event_buffer_free(pointer)
    }
}

/// The request as the kernel holds it; its end gives the lines back.
struct LineRequestHandle: ~Copyable {
    let pointer: OpaquePointer

    /// Takes over what `gpiod_chip_request_lines` returned.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        gpiod_line_request_release(pointer)
    }
}

extension GPIOError {
    static func opening(_ path: String, _ code: CInt) -> GPIOError {
        switch code {
        case EACCES, EPERM: .permissionDenied(path: path)
        case ENODEV, ENXIO, ENOENT: .unplugged(chip: path)
        default: GPIOError(SystemError(call: "open", code: code), at: path)
        }
    }

    static func outOfMemory(_ call: String) -> GPIOError {
        .system(SystemError(call: call, code: ENOMEM), place: "request")
    }
}

extension InputSettings.Bias {
    fileprivate var libgpiod: gpiod_line_bias {
        switch self {
        case .asIs: GPIOD_LINE_BIAS_AS_IS
        case .disabled: GPIOD_LINE_BIAS_DISABLED
        case .pullUp: GPIOD_LINE_BIAS_PULL_UP
        case .pullDown: GPIOD_LINE_BIAS_PULL_DOWN
        }
    }
}

extension InputSettings.Edges {
    fileprivate var libgpiod: gpiod_line_edge {
        switch self {
        case .none: GPIOD_LINE_EDGE_NONE
        case .rising: GPIOD_LINE_EDGE_RISING
        case .falling: GPIOD_LINE_EDGE_FALLING
        case .both: GPIOD_LINE_EDGE_BOTH
        }
    }
}

extension OutputSettings.Drive {
    fileprivate var libgpiod: gpiod_line_drive {
        switch self {
        case .pushPull: GPIOD_LINE_DRIVE_PUSH_PULL
        case .openDrain: GPIOD_LINE_DRIVE_OPEN_DRAIN
        case .openSource: GPIOD_LINE_DRIVE_OPEN_SOURCE
        }
    }
}
