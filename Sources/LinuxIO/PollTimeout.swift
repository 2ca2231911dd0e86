/// `timeout` as `poll(2)` and `epoll_wait(2)` take it: whole milliseconds, rounded up so that nothing wakes too early;
/// -1, for ever, where there is none.
func pollTimeout(_ timeout: Duration?) -> CInt {
    guard let timeout else { return -1 }
    let (seconds, attoseconds) = timeout.components
    let whole = seconds.multipliedReportingOverflow(by: 1_000)
    let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return whole.overflow ? .max : CInt(clamping: max(0, whole.partialValue + rest))
}
