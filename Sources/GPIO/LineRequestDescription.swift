internal import HubMessages

/// What a program asks of one chip: these lines, set so, under this name.
///
/// It is a value so that a reload can compare the old with the new and leave alone what did not change.
public struct LineRequestDescription: Hashable, Sendable {
    /// One line of a request.
    public struct Line: Hashable, Sendable {
        /// Where it is.
        public var address: LineAddress
        /// What it is set to.
        public var settings: LineSettings

        /// The line at `address`, set to `settings`.
        public init(_ address: LineAddress, _ settings: LineSettings) {
            self.address = address
            self.settings = settings
        }
    }

    /// The most lines one request can hold (kernel: `GPIO_V2_LINES_MAX`).
    public static let maximumLines = 64
    /// The most edges the kernel keeps for one request (kernel: `GPIO_V2_LINES_MAX * 16`).
    public static let maximumEventBufferSize = 1024

    /// Who holds the lines, shown to other programs (`gpioinfo`). The kernel keeps 31 bytes of it.
    public var consumer: String
    /// The lines, 1 to 64, all of one chip, none twice. Edges name a line by its index here.
    public var lines: [Line]
    /// How many edges the kernel keeps until they are read; 0: 16 a line. It takes the next power of two, from 2 to
    /// 1024; see ``eventCapacity``.
    public var eventBufferSize: Int

    /// A request for `lines` in the name of `consumer`.
    public init(consumer: String, lines: [Line], eventBufferSize: Int = 0) {
        self.consumer = consumer
        self.lines = lines
        self.eventBufferSize = eventBufferSize
    }

    /// How many edges are kept in truth: ``eventBufferSize`` as the kernel rounds it (`kfifo`, power of two).
    public var eventCapacity: Int {
        let wanted = eventBufferSize > 0 ? eventBufferSize : lines.count * 16
        var capacity = 2
        while capacity < min(wanted, Self.maximumEventBufferSize) { capacity *= 2 }
        return capacity
    }

    /// The consumer's name as the kernel keeps it: at most 31 bytes, cut between characters.
    var shownConsumer: String {
        var shown = Substring(consumer)
        while shown.utf8.count > 31 { shown.removeLast() }
        return shown.isEmpty ? "?" : String(shown)
    }

    /// Refuses what no chip can do, before any chip is asked.
    func validate() throws(GPIOError) {
        guard (1...Self.maximumLines).contains(lines.count) else { throw .lineCount(lines.count) }
        for line in lines {
            guard case .input(let input) = line.settings else { continue }
            guard (0...Int64(UInt32.max) * 1_000).contains(input.debounce.nanoseconds) else {
                throw .debounceOutOfRange(line.address, input.debounce)
            }
        }
    }
}

extension InputSettings {
    /// The debounce period as the kernel counts it.
    var debounceMicroseconds: UInt32 { UInt32(clamping: (debounce.nanoseconds + 999) / 1_000) }
}
