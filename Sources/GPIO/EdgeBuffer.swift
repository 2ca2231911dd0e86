/// The kernel's buffer of one request: bounded, and when it is full the oldest edge goes.
struct EdgeBuffer: Hashable {
    let capacity: Int
    private var edges: [LineEdge] = []
    private var start = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    var count: Int { edges.count }
    var isEmpty: Bool { edges.isEmpty }

    mutating func append(_ edge: LineEdge) {
        if edges.count < capacity {
            edges.append(edge)
        } else {
            edges[start] = edge
            start = (start + 1) % capacity
        }
    }

    /// Moves all edges to the end of `target`, the oldest first.
    mutating func drain(into target: inout [LineEdge]) {
        target += edges[start...]
        target += edges[..<start]
        edges.removeAll(keepingCapacity: true)
        start = 0
    }
}
