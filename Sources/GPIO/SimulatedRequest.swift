/// Lines of a simulated chip that are held.
final class SimulatedRequest: LineRequest {
    let descriptor: CInt

    // Keeps the chip, and with it the descriptor, alive while a loop may still wait on it.
    private let chip: SimulatedChip
    private let id: Int
    private var isReleased = false

    init(chip: SimulatedChip, id: Int, descriptor: CInt) {
        self.chip = chip
        self.id = id
        self.descriptor = descriptor
    }

    deinit {
        release()
    }

    func readEdges(into edges: inout [LineEdge]) throws(GPIOError) -> Int {
        guard !isReleased else { throw .released }
        return try chip.readEdges(id, into: &edges)
    }

    func levels() throws(GPIOError) -> [Bool] {
        guard !isReleased else { throw .released }
        return try chip.levels(id)
    }

    func setLevel(_ active: Bool, line: Int) throws(GPIOError) {
        guard !isReleased else { throw .released }
        try chip.setLevel(id, index: line, active: active)
    }

    func reconfigure(_ settings: [LineSettings]) throws(GPIOError) {
        guard !isReleased else { throw .released }
        try chip.reconfigure(id, settings)
    }

    func release() {
        guard !isReleased else { return }
        isReleased = true
        chip.release(id)
    }
}
