/// Lines that are held, until ``release()`` or the end of the object.
///
/// Not for several threads: it belongs to the loop that waits on its descriptor.
public protocol LineRequest: AnyObject {
    /// For `epoll(7)`, level-triggered: readable while edges wait, hung up or readable for ever once the chip is
    /// unplugged (then ``readEdges(into:)`` says so). Closed by ``release()``: take it out of the epoll set before.
    var descriptor: CInt { get }

    /// Appends the edges that wait, in the kernel's order, at most the request's buffer full; never blocks.
    /// Returns how many.
    ///
    /// Throws ``GPIOError/unplugged(chip:)`` when the chip is gone; edges that were not read by then are lost.
    @discardableResult
    func readEdges(into edges: inout [LineEdge]) throws(GPIOError) -> Int

    /// The level of every line of the request, in its order: `true` is active. A debounced input shows the level it
    /// accepted last; an output, what is on its pin.
    func levels() throws(GPIOError) -> [Bool]

    /// Makes the output with index `line` active or inactive.
    func setLevel(_ active: Bool, line: Int) throws(GPIOError)

    /// Changes the settings of all lines, in their order, without letting go of them: an output becomes an input whose
    /// edges are reported from then on, or the other way round. Edges that wait stay; their numbers go on.
    func reconfigure(_ settings: [LineSettings]) throws(GPIOError)

    /// Gives the lines back; later calls do nothing here and throw ``GPIOError/released`` elsewhere.
    func release()
}

/// Gives out lines.
public protocol LineProvider: AnyObject {
    /// Takes all lines of `description`, or none and throws.
    func request(_ description: LineRequestDescription) throws(GPIOError) -> any LineRequest
}
