// modules: HubMessages Recording
import HubMessages
import Recording

/// Arbitrary bytes as a recording: the same transitions or the same mistake, whole and in pieces; times never go back;
/// no more than a word or a line is held (libFuzzer's memory limit).
func fuzz(_ input: inout FuzzInput) {
    let size = Int(input.byte()) + 1
    let bytes = input.rest()
    let whole = read(bytes, pieces: max(bytes.count, 1))
    let pieces = read(bytes, pieces: size)
    check(whole.transitions == pieces.transitions, "other transitions in pieces of \(size)")
    check(
        whole.error == pieces.error, "\(String(describing: whole.error)), in pieces \(String(describing: pieces.error))"
    )
    var times: [Int: UInt64] = [:]
    for transition in whole.transitions {
        check(transition.time >= times[transition.signal] ?? 0, "the time of signal \(transition.signal) goes back")
        times[transition.signal] = transition.time
    }
}

private func read(_ bytes: [UInt8], pieces size: Int) -> (transitions: [Transition], error: String?) {
    var reader = RecordingReader()
    var transitions: [Transition] = []
    do throws(RecordingError) {
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.read(Array(bytes[start..<min(start + size, bytes.count)]), into: &transitions)
        }
        try reader.finish(into: &transitions)
        return (transitions, nil)
    } catch {
        return (transitions, "\(error.line): \(error)")
    }
}
