extension Queue: AsyncSequence {
  /// Gets the items of a queue one after the other.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let queue: Queue

    /// Takes the next item, waiting for one; nil once the queue was shut down and is empty.
    ///
    /// - Throws: `CancellationError`; no item is lost then.
    public mutating func next() async throws(CancellationError) -> Element? {
      try await next(isolation: nil)
    }

    /// Takes the next item, waiting for one; nil once the queue was shut down and is empty.
    ///
    /// - Throws: `CancellationError`; no item is lost then.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(CancellationError) -> Element? {
      do {
        return try await queue.get(fileID: "", line: 0)
      } catch let error as CancellationError {
        throw error
      } catch {
        return nil
      }
    }
  }

  /// Begins to get items; several may do so at once, and each item goes to one of them.
  public final func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: self) }
}

// Swift does not see that a function with default arguments does what a protocol asks for without
// them. Nor can it be passed on as a function without them.
extension Queue {
  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Parameter item: The item.
  /// - Throws: `CancellationError`, `QueueError.shutDown`.
  @_disfavoredOverload
  public nonisolated(nonsending) final func put(_ item: Element) async throws {
    try await put(item, fileID: "", line: 0)
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Returns: The item.
  /// - Throws: `CancellationError`, `QueueError.shutDown`.
  @_disfavoredOverload
  public nonisolated(nonsending) final func get() async throws -> Element {
    try await get(fileID: "", line: 0)
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  @_disfavoredOverload
  public final func taskDone() {
    taskDone(fileID: "", line: 0)
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) final func join() async throws(CancellationError) {
    try await join(fileID: "", line: 0)
  }
}

extension Queue: CustomStringConvertible {
  /// For people: its name, how many items are in it, and how many wait.
  public final var description: String {
    let now = statistics
    let limit = now.capacity.map { " of \($0)" } ?? ""
    let state = "\(now.count)\(limit) items" + (now.isShutDown ? ", shut down" : "")
    return lot.description(
      of: type(of: self), state, waiters: now.getters + now.putters + now.joiners)
  }
}
