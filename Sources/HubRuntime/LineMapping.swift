internal import GPIO
internal import HubConfiguration
internal import HubMessages

/// A device's lines as the kernel is asked for them.
extension LineRequestDescription {
    /// The request for `lines`; `released` is the first level of a lock. `nil` where an address is malformed, which the
    /// configuration's check does not let through.
    init?(_ device: DeviceID, _ lines: DeviceLines, released: Bool) {
        var requested: [Line] = []
        for line in lines.lines {
            guard let address = LineAddress(line.address) else { return nil }
            let isActiveLow = line.activeWhen == .low
            switch line.use {
            case .level(let bias, let debounce):
                requested.append(
                    Line(
                        address,
                        .input(
                            GPIO.InputSettings(
                                bias: GPIO.InputSettings.Bias(bias), isActiveLow: isActiveLow, edges: .both,
                                debounce: debounce))))
            case .woken(let bias):
                requested.append(
                    Line(
                        address,
                        .input(
                            GPIO.InputSettings(
                                bias: GPIO.InputSettings.Bias(bias), isActiveLow: isActiveLow, edges: .both,
                                debounce: .zero))))
            case .pulses(let bias):
                requested.append(
                    Line(
                        address,
                        .input(
                            GPIO.InputSettings(
                                bias: GPIO.InputSettings.Bias(bias), isActiveLow: isActiveLow, edges: .rising,
                                debounce: .zero))))
            case .output:
                requested.append(
                    Line(address, .output(OutputSettings(isActiveLow: isActiveLow, initial: released))))
            }
        }
        self.init(consumer: "regiohubd \(device)", lines: requested, eventBufferSize: lines.eventBuffer)
    }
}

extension LineRequestDescription {
    /// The same request without debounce periods; `nil` where it has none.
    var withoutDebounce: LineRequestDescription? {
        var plain = self
        for index in plain.lines.indices {
            guard case .input(var input) = plain.lines[index].settings else { continue }
            input.debounce = .zero
            plain.lines[index].settings = .input(input)
        }
        return plain == self ? nil : plain
    }
}

extension GPIO.InputSettings.Bias {
    fileprivate init(_ bias: LineBias) {
        switch bias {
        case .asIs: self = .asIs
        case .disabled: self = .disabled
        case .pullUp: self = .pullUp
        case .pullDown: self = .pullDown
        }
    }
}
