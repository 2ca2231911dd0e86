internal import Glibc

/// A file descriptor with one owner, closed when the owner ends.
public struct FileDescriptor: ~Copyable {
    /// The descriptor's number, valid as long as this value lives.
    public let number: CInt

    /// Takes over `number`: nobody else may close it.
    public init(owning number: CInt) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// Hands the number to the caller, who closes it.
    public consuming func relinquish() -> CInt {
        let kept = number
        discard self
        return kept
    }
}
