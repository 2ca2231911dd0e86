// modules: HubMessages LinuxIO MessageCoding ControlSocket
@testable import ControlSocket
import Glibc
import HubMessages
import MessageCoding

/// Arbitrary bytes from a client of the control socket: the same requests and mistakes whole and in pieces, one for each
/// line, and no more than a request may be long is held (libFuzzer's memory limit).
func fuzz(_ input: inout FuzzInput) {
    let size = Int(input.byte()) + 1
    let bytes = input.rest()
    let whole = requests(bytes, pieces: max(bytes.count, 1))
    let pieces = requests(bytes, pieces: size)
    check(whole == pieces, "other requests in pieces of \(size)")
    check(whole.count == bytes.count { $0 == UInt8(ascii: "\n") }, "\(whole.count) answers")
}

private func requests(_ bytes: [UInt8], pieces size: Int) -> [Result<ControlRequest, MessageFault>] {
    var ends: [CInt] = [0, 0]
    check(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | O_NONBLOCK, 0, &ends) == 0, "no sockets")
    defer { close(ends[0]) }
    let connection = ControlConnection(
        descriptor: ends[1], peer: Peer(name: "root", role: .operator), coding: MessageCoding())
    var requests: [Result<ControlRequest, MessageFault>] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
        let piece = bytes[start..<min(start + size, bytes.count)]
        check(piece.withUnsafeBytes { write(ends[0], $0.baseAddress, $0.count) } == piece.count, "not written")
        repeat {
            guard let request = connection.nextRequest() else { break }
            requests.append(request)
        } while connection.hasRequest
    }
    return requests
}
