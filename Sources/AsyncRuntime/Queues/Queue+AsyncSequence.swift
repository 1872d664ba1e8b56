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
        return try await queue.get(at: 0)
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
