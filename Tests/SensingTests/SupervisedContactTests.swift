import HubMessages
import Sensing
import Testing

@Suite struct SupervisedContactTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

    @Test func `lines that change over show the door, and the way between them shows nothing`() {
        var contact = SupervisedContact()
        #expect(contact.lines(open: false, closed: true, at: at(0)) == .closed)
        #expect(contact.lines(open: nil, closed: false, at: at(100)) == nil)
        #expect(contact.lines(open: true, closed: nil, at: at(130)) == .open)
        #expect(contact.deadline == nil)
        #expect(contact.lines(open: false, closed: nil, at: at(900)) == nil)
        #expect(contact.lines(open: nil, closed: true, at: at(910)) == .closed)
    }

    @Test(arguments: [(true, true), (false, false)])
    func `a wire that is cut or bridged makes both alike, and is told after the settling time`(open: Bool, closed: Bool)
    {
        var contact = SupervisedContact()
        _ = contact.lines(open: false, closed: true, at: at(0))
        #expect(contact.lines(open: open, closed: closed, at: at(1_000)) == nil)
        #expect(contact.deadline == at(1_500))
        #expect(contact.advance(to: at(1_499)) == nil)
        #expect(contact.advance(to: at(1_500)) == .contradiction)
        #expect(contact.lines(open: false, closed: true, at: at(9_000)) == .closed)
    }

    @Test func `every step between all pairs of lines comes to the reading that the lines give`() {
        let pairs = [(false, true), (true, false), (true, true), (false, false)]
        for before in pairs {
            for after in pairs {
                var contact = SupervisedContact()
                _ = contact.lines(open: before.0, closed: before.1, at: at(0))
                _ = contact.advance(to: at(600))
                _ = contact.lines(open: after.0, closed: after.1, at: at(1_000))
                _ = contact.advance(to: at(1_600))
                #expect(
                    contact.reading == (after.0 == after.1 ? .contradiction : after.0 ? .open : .closed),
                    "\(before) to \(after)")
            }
        }
    }
}
