import Glibc
import Testing

@testable import GPIO

/// Whether a level-triggered loop would wake for `request` now, or within `milliseconds`.
func isReady(_ request: any LineRequest, within milliseconds: CInt = 0) -> Bool {
    var entry = pollfd(fd: request.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) == 1 && entry.revents != 0
}

/// The next `count` edges; fails when they do not come.
func received(
    _ count: Int, from request: any LineRequest, sourceLocation: SourceLocation = #_sourceLocation
) throws -> [LineEdge] {
    var edges: [LineEdge] = []
    while edges.count < count {
        try #require(
            isReady(request, within: 10_000), "only \(edges.count) of \(count) edges",
            sourceLocation: sourceLocation)
        try request.readEdges(into: &edges)
    }
    #expect(edges.count == count, sourceLocation: sourceLocation)
    return edges
}

/// The error `body` throws.
func failure<Result>(_ body: () throws(GPIOError) -> Result) -> GPIOError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

/// Another error than the one expected, or none.
struct Unexpected: Error {}
