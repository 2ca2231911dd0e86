import HubMessages
import Testing

@testable import GPIO

@Suite struct EdgeBufferTests {
    @Test(arguments: 1...5)
    func `G6: it keeps the newest edges in order, whatever the mix of appending and draining`(capacity: Int) {
        // Every script of ten steps: bit set: append, clear: drain.
        for script in 0..<1024 {
            var buffer = EdgeBuffer(capacity: capacity)
            var model: [LineEdge] = []
            for step in 0..<10 {
                if script >> step & 1 == 1 {
                    let edge = LineEdge(
                        line: 0, isActive: true, time: .zero, requestSequence: UInt32(step), lineSequence: 0)
                    buffer.append(edge)
                    model = (model + [edge]).suffix(capacity)
                } else {
                    var drained: [LineEdge] = []
                    buffer.drain(into: &drained)
                    #expect(drained == model)
                    model = []
                }
                #expect(buffer.isEmpty == model.isEmpty)
            }
            var rest: [LineEdge] = []
            buffer.drain(into: &rest)
            #expect(rest == model)
        }
    }
}
