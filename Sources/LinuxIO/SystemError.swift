internal import Glibc

/// A system call that failed.
public struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The call, as its manual page names it.
    public let call: String
    /// The error number (`errno(3)`).
    public let code: CInt

    /// The failure of `call` with the error number `code`.
    public init(call: String, code: CInt) {
        self.call = call
        self.code = code
    }

    /// The failure of `call` with the thread's current `errno`.
    public init(call: String) {
        self.init(call: call, code: errno)
    }

    /// The error number in words, for example `No space left on device`.
    public var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let text = buffer.baseAddress, strerror_r(code, text, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: text)
        }
    }

    public var description: String { "\(call): \(reason)" }
}
