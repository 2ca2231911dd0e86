internal import Glibc
internal import LinuxIO
internal import TestSupport

/// A TCP server on loopback that sends the same bytes to whoever connects, then nothing more.
///
/// It answers two connections: the uplink's probe and libmosquitto's.
final class ScriptedServer {
    let port: UInt16
    private let thread: LinuxIO.Thread

    init(_ answer: [UInt8]) throws {
        let port = try TestBroker.freePort()
        self.port = port
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, 8) == 0
            }
        }
        guard isListening else { throw SystemError(call: "bind") }
        thread = LinuxIO.Thread {
            for _ in 0..<2 {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                _ = send(client, answer, answer.count, CInt(MSG_NOSIGNAL))
                shutdown(client, CInt(SHUT_WR))
                var byte: UInt8 = 0
                while recv(client, &byte, 1, 0) > 0 {}
                close(client)
            }
            close(listener)
        }
    }

    deinit {
        thread.join()
    }
}
