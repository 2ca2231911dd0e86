internal import CGPIOD
internal import Glibc
internal import LinuxIO

/// The lines of this machine, through libgpiod 2 and the kernel's GPIO character devices.
///
/// It keeps nothing open between requests: chips come and go, so each request looks at those that are there.
public final class LibgpiodProvider: LineProvider {
    private let directory: String

    /// The chips of this machine.
    public convenience init() {
        self.init(directory: "/dev")
    }

    init(directory: String) {
        self.directory = directory
    }

    /// Takes all lines of `description`, or none and throws.
    public func request(_ description: LineRequestDescription) throws(GPIOError) -> any LineRequest {
        let found = try search()
        let place: LineLookup.Place
        do {
            place = try LineLookup(chips: found.chips).locate(description)
        } catch {
            throw found.explain(error)
        }
        let name = found.chips[place.chip].name
        let chip = try ChipHandle(path: found.paths[place.chip])
        let settings = try LineConfigHandle()
        for (line, number) in zip(description.lines, place.lines) {
            try settings.add(line.settings, line: number)
        }
        let config = try RequestConfigHandle(description)
        guard let pointer = gpiod_chip_request_lines(chip.pointer, config.pointer, settings.pointer) else {
            let code = errno
            throw failure(code, description, numbers: place.lines, chip: chip, name: name)
        }
        let handle = LineRequestHandle(owning: pointer)
        return try LibgpiodRequest(handle, description, numbers: place.lines, chip: name)
    }

    // MARK: The chips there are

    private struct Found {
        var chips: [LineLookup.Chip] = []
        var paths: [String] = []
        /// Why the first chip that would not open did not.
        var obstacle: GPIOError?

        /// What is missing may well be on a chip that would not open; that is then the better answer.
        func explain(_ error: GPIOError) -> GPIOError {
            switch error {
            case .chipNotFound, .lineNotFound: obstacle ?? error
            default: error
            }
        }
    }

    private func search() throws(GPIOError) -> Found {
        var found = Found()
        for path in try paths() {
            do {
                let description = try ChipHandle(path: path).describe()
                found.chips.append(description)
                found.paths.append(path)
            } catch {
                switch error {
                // Gone since the directory was read: as if it had not been there.
                case .unplugged: break
                case .noDescriptor: throw error
                // One broken chip must not keep the lines of the others.
                default: found.obstacle = found.obstacle ?? error
                }
            }
        }
        return found
    }

    /// The devices named `gpiochip` and a number, by number; links to them are the same chips again.
    private func paths() throws(GPIOError) -> [String] {
        guard let entries = opendir(directory) else {
            throw GPIOError(SystemError(call: "opendir"), at: directory)
        }
        defer { closedir(entries) }
        var numbers: [Int] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = "\(directory)/\(name)"
            if name.hasPrefix("gpiochip"), let number = Int(name.dropFirst(8)), isDevice(path) {
                numbers.append(number)
            }
        }
        return numbers.sorted().map { "\(directory)/gpiochip\($0)" }
    }

    private func isDevice(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    }

    // MARK: Refusals

    private func failure(
        _ code: CInt, _ description: LineRequestDescription, numbers: [UInt32], chip: borrowing ChipHandle,
        name: String
    ) -> GPIOError {
        // The kernel's error numbers beyond errno(3): ENOTSUPP reaches programs from some drivers.
        let notSupported: CInt = 524
        switch code {
        case EBUSY: return busy(description, numbers: numbers, chip: chip)
        case ENODEV: return .unplugged(chip: name)
        case EACCES, EPERM: return .permissionDenied(path: chip.path)
        case E2BIG: return .unsupported(chip: name, what: "so many different settings in one request")
        case ENXIO: return .unsupported(chip: name, what: "edge detection or debounce on one of these lines")
        case EOPNOTSUPP, EINVAL, notSupported:
            return .unsupported(chip: name, what: "one of the settings of \(list(description))")
        default: return GPIOError(SystemError(call: "ioctl", code: code), at: "chip '\(name)'")
        }
    }

    /// The kernel does not say which line; the first that is held by then is it.
    private func busy(
        _ description: LineRequestDescription, numbers: [UInt32], chip: borrowing ChipHandle
    ) -> GPIOError {
        for (line, number) in zip(description.lines, numbers) {
            if let info = try? LineInfoHandle(of: chip, line: number), let holder = info.holder {
                return .busy(line.address, consumer: holder)
            }
        }
        guard let first = description.lines.first else { return .lineCount(0) }
        return .busy(first.address, consumer: "somebody who has let go by now")
    }

    private func list(_ description: LineRequestDescription) -> String {
        description.lines.prefix(8).map { "'\($0.address)'" }.joined(separator: ", ")
    }
}
