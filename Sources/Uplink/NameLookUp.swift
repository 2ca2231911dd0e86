internal import Glibc
internal import LinuxIO

/// Finds the addresses of a name without making its caller wait.
///
/// `getaddrinfo(3)` has no bound of its own, so it runs on a thread that may be left behind. There is never more than
/// one: while an old one is stuck, a new attempt waits for its answer, which is to the same question.
final class NameLookUp: Sendable {
    enum Outcome: Sendable {
        case found([NumericAddress])
        case failed(reason: String)
    }

    /// Signalled when ``take()`` may have something.
    let done: EventCounter

    private let answers = HandoffQueue<Outcome>(capacity: 1)

    init() throws(SystemError) {
        done = try EventCounter()
    }

    /// Begins to look `host` up. Returns the thread to join when its answer has come; until then, start no other.
    func start(host: String, port: UInt16) -> Thread {
        Thread { [self] in
            // There is room: the answer before was taken before this thread was started.
            _ = answers.push(resolve(host: host, port: port))
            done.signal()
        }
    }

    /// Takes the answer that has come; the thread that brought it is at its end.
    func take() -> Outcome? {
        answers.pop()
    }
}

/// An address in numbers, as `connect(2)` wants it and as libmosquitto takes it.
struct NumericAddress: Sendable {
    var family: CInt
    /// The `sockaddr` with the port.
    var bytes: [UInt8]
    var text: String
}

private func resolve(host: String, port: UInt16) -> NameLookUp.Outcome {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0, let list else {
        return .failed(reason: String(cString: gai_strerror(code)))
    }
    defer { freeaddrinfo(list) }
    var addresses: [NumericAddress] = []
    var next: UnsafeMutablePointer<addrinfo>? = list
    while let entry = next {
        if let address = numericAddress(entry.pointee) { addresses.append(address) }
        next = entry.pointee.ai_next
    }
    return addresses.isEmpty ? .failed(reason: "no usable address") : .found(addresses)
}

private func numericAddress(_ entry: addrinfo) -> NumericAddress? {
    guard let socketAddress = entry.ai_addr else { return nil }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = getnameinfo(
        socketAddress, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    guard code == 0 else { return nil }
    let bytes = UnsafeRawBufferPointer(start: socketAddress, count: Int(entry.ai_addrlen))
    let characters = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return NumericAddress(
        family: entry.ai_family, bytes: Array(bytes), text: String(decoding: characters, as: UTF8.self))
}
