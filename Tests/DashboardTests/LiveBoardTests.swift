import Testing

@testable import Dashboard

@Suite struct LiveBoardTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `a reader is told what changed since it last looked, in the order of change`() {
        var board = LiveBoard()
        board.show("status", Array("1".utf8))
        board.show("state/door/a", Array("2".utf8))
        let seen = board.lastChange
        board.show("status", Array("3".utf8))
        #expect(
            text(board.messages(after: 0))
                == "data: {\"topic\":\"state/door/a\",\"state\":2}\n\ndata: {\"topic\":\"status\",\"state\":3}\n\n")
        #expect(text(board.messages(after: seen)) == "data: {\"topic\":\"status\",\"state\":3}\n\n")
        #expect(board.messages(after: board.lastChange).isEmpty)
    }

    @Test func `the same state shown again is no change`() {
        var board = LiveBoard()
        board.show("status", Array("1".utf8))
        board.show("status", Array("1".utf8))
        #expect(board.lastChange == 1)
    }

    @Test func `a subject that is gone leaves the document, and whoever knew it is told`() {
        var board = LiveBoard()
        board.show("state/door/a", Array("1".utf8))
        board.show("state/door/b", Array("2".utf8))
        let seen = board.lastChange
        board.show("state/door/a", nil)
        board.show("state/door/never-there", nil)
        #expect(text(board.document) == "{\"state/door/b\":2}\n")
        #expect(text(board.messages(after: seen)) == "data: {\"topic\":\"state/door/a\",\"state\":null}\n\n")
    }
}
