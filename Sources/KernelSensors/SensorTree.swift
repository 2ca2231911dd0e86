internal import Glibc
internal import HubConfiguration
internal import HubMessages
internal import LinuxIO
internal import Sensing

/// The part of sysfs in which the kernel's drivers show their sensors. Blocks as long as a driver does.
///
/// Units and scales are the drivers': Documentation/ABI/testing/sysfs-bus-iio and Documentation/hwmon/sysfs-interface.rst
/// of the kernel, Documentation/w1/slaves/w1_therm.rst.
struct SensorTree {
    let root: String

    /// Reads the device; every quantity that its driver has.
    func read(_ device: KernelSensor) -> Result<Climate, DriverFault> {
        do throws(DriverFault) {
            switch device.interface {
            case .iio: return .success(try readIIO(device.device))
            case .hwmon: return .success(try readHwmon(device.device))
            case .oneWire: return .success(try readOneWire(device.device))
            }
        } catch {
            return .failure(error)
        }
    }

    // MARK: Industrial I/O

    private func readIIO(_ name: String) throws(DriverFault) -> Climate {
        let folder = try find(name, in: "\(root)/bus/iio/devices", prefix: "iio:device", what: "IIO device")
        var climate = Climate()
        // Processed values: millidegrees, thousandths of a per cent, kilopascals; concentrations are per cent.
        climate.temperature = try channel(["in_temp", "in_temp_ambient"], in: folder).map { $0 / 1_000 }
        climate.humidity = try channel(["in_humidityrelative"], in: folder).map { $0 / 1_000 }
        climate.pressure = try channel(["in_pressure"], in: folder).map { $0 * 10 }
        climate.co2 = try channel(["in_concentration_co2"], in: folder).map { $0 * 10_000 }
        guard climate != Climate() else {
            throw DriverFault(
                "IIO device '\(name)' (\(folder)) has neither temperature, humidity, pressure nor CO2; name another")
        }
        return climate.rounded
    }

    /// The first of the channels that the driver has: `_input`, or (`_raw` + `_offset`) × `_scale`. Drivers may number
    /// a channel, and share scale and offset between channels of a type.
    private func channel(_ names: [String], in folder: String) throws(DriverFault) -> Double? {
        for name in names {
            for numbered in [name, "\(name)0", "\(name)1"] {
                if let value = try number("\(folder)/\(numbered)_input", isOptional: true) { return value }
                guard let raw = try number("\(folder)/\(numbered)_raw", isOptional: true) else { continue }
                let type = numbered.split(separator: "_").prefix(2).joined(separator: "_")
                return (raw + (try shared("offset", numbered, name, type, in: folder) ?? 0))
                    * (try shared("scale", numbered, name, type, in: folder) ?? 1)
            }
        }
        return nil
    }

    private func shared(
        _ suffix: String, _ numbered: String, _ name: String, _ type: String, in folder: String
    ) throws(DriverFault) -> Double? {
        for stem in [numbered, name, type, "in"] {
            if let value = try number("\(folder)/\(stem)_\(suffix)", isOptional: true) { return value }
        }
        return nil
    }

    // MARK: Hardware monitoring

    private func readHwmon(_ name: String) throws(DriverFault) -> Climate {
        let folder = try find(name, in: "\(root)/class/hwmon", prefix: "hwmon", what: "hwmon device")
        if try number("\(folder)/temp1_fault", isOptional: true) == 1 {
            throw DriverFault("hwmon device '\(name)' reports a fault of its sensor; check its wiring")
        }
        let climate = Climate(
            temperature: try number("\(folder)/temp1_input", isOptional: true).map { $0 / 1_000 },
            humidity: try number("\(folder)/humidity1_input", isOptional: true).map { $0 / 1_000 })
        guard climate != Climate() else {
            throw DriverFault("hwmon device '\(name)' (\(folder)) has neither temp1_input nor humidity1_input")
        }
        return climate.rounded
    }

    // MARK: 1-Wire

    private func readOneWire(_ name: String) throws(DriverFault) -> Climate {
        let bus = "\(root)/bus/w1/devices"
        let folder = "\(bus)/\(name)"
        guard access(folder, F_OK) == 0 else {
            let others = Self.entries(of: bus).filter { $0.count == 15 && $0.dropFirst(2).hasPrefix("-") }
            throw DriverFault(
                "no 1-Wire device '\(name)'; "
                    + (others.isEmpty
                        ? "the kernel sees none: check the w1-gpio overlay, the wire and its pull-up"
                        : "there are: \(others.sorted().joined(separator: ", "))"))
        }
        let millidegrees: Double
        if let value = try number("\(folder)/temperature", isOptional: true) {
            millidegrees = value
        } else {
            millidegrees = try slave("\(folder)/w1_slave")
        }
        // DS18B20 data sheet, "temperature register": the value at power-on is +85 °C. Read as a temperature, it says
        // that the sensor lost its supply while it converted.
        guard millidegrees != 85_000 else {
            throw DriverFault("1-Wire device '\(name)' answers with its power-on value; check its supply and wire")
        }
        return Climate(temperature: millidegrees / 1_000).rounded
    }

    /// Two lines of nine bytes: the first ends with the checksum and YES or NO, the second with the value.
    private func slave(_ path: String) throws(DriverFault) -> Double {
        let text = try read(path)
        let lines = text.split(separator: "\n")
        guard lines.count >= 2, lines[0].hasSuffix("YES") else {
            throw DriverFault("\(path): the sensor's answer was damaged on the wire (checksum)")
        }
        guard let value = lines[1].split(separator: "=").last.flatMap({ Double($0) }) else {
            throw DriverFault("\(path): no value in '\(lines[1].prefix(60))'")
        }
        return value
    }

    // MARK: Files

    /// The folder of the device that calls itself `name` (its file `name` or `label`), or that is `name` itself.
    private func find(
        _ name: String, in folder: String, prefix: String, what: String
    ) throws(DriverFault) -> String {
        let entries = Self.entries(of: folder).filter { $0.hasPrefix(prefix) }.sorted()
        if entries.contains(name) { return "\(folder)/\(name)" }
        var known: [String] = []
        var found: [String] = []
        for entry in entries {
            let own = try text("\(folder)/\(entry)/name")
            let label = try text("\(folder)/\(entry)/label")
            known += [own, label].compactMap(\.self)
            if own == name || label == name { found.append(entry) }
        }
        if found.count == 1, let only = found.first { return "\(folder)/\(only)" }
        if found.isEmpty {
            throw DriverFault(
                "no \(what) is named '\(name)'; "
                    + (known.isEmpty
                        ? "the kernel shows none: check the driver's overlay and 'dmesg'"
                        : "there are: \(known.sorted().joined(separator: ", "))"))
        }
        throw DriverFault("several devices are named '\(name)'; write one of \(found.joined(separator: ", ")) instead")
    }

    private func text(_ path: String) throws(DriverFault) -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        return try read(path)
    }

    private func number(_ path: String, isOptional: Bool) throws(DriverFault) -> Double? {
        if isOptional, access(path, F_OK) != 0 { return nil }
        let text = try read(path)
        guard let value = Double(text), value.isFinite else {
            throw DriverFault("\(path): '\(text.prefix(60))' is no number")
        }
        return value
    }

    /// A whole file of sysfs, which is at most a page, without white space at its ends.
    private func read(_ path: String) throws(DriverFault) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DriverFault("\(path): \(SystemError(call: "open").reason)") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        var count: Int
        repeat { count = Glibc.read(descriptor, &bytes, bytes.count) } while count < 0 && errno == EINTR
        // EIO and ETIMEDOUT: the driver got no answer, or a damaged one.
        guard count >= 0 else { throw DriverFault("\(path): \(SystemError(call: "read").reason)") }
        let blank = [UInt8(ascii: " "), UInt8(ascii: "\n"), 0]
        let content = bytes.prefix(count).reversed().drop(while: blank.contains).reversed().drop(while: blank.contains)
        return String(decoding: content, as: UTF8.self)
    }

    private static func entries(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}

extension Climate {
    /// To a hundredth: no sensor of a house knows more, and it keeps noise out of the live states.
    fileprivate var rounded: Climate {
        func hundredths(_ value: Double?) -> Double? { value.map { ($0 * 100).rounded() / 100 } }
        return Climate(
            temperature: hundredths(temperature), humidity: hundredths(humidity), co2: co2?.rounded(),
            pressure: hundredths(pressure))
    }
}
