internal import HubMessages
internal import MessageCoding

/// One event as a subscriber received it, byte for byte.
struct ReceivedEvent {
    var journal: JournalID
    var seq: UInt64
    var bytes: [UInt8]

    /// The elements of the JSON arrays that arrived, in order of arrival.
    static func all(in messages: [String]) throws -> [ReceivedEvent] {
        let coding = MessageCoding()
        return try messages.flatMap { message in
            try elements(of: Array(message.utf8)).map { bytes in
                let envelope = try coding.decode(JournalEnvelope.self, from: bytes)
                return ReceivedEvent(journal: envelope.journal, seq: envelope.seq, bytes: bytes)
            }
        }
    }

    /// The bytes of each object in an array of objects.
    private static func elements(of array: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var depth = 0
        var isText = false
        var isEscaped = false
        var start = 0
        for (index, byte) in array.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if isText {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isText = false }
            } else if byte == UInt8(ascii: "\"") {
                isText = true
            } else if byte == UInt8(ascii: "{") {
                if depth == 0 { start = index }
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { found.append(Array(array[start...index])) }
            }
        }
        return found
    }
}
