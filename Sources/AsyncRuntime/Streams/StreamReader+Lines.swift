extension StreamReader {
  /// The lines that come, each with the newline at its end, which only the last one may lack.
  public var lines: Lines { Lines(reader: self) }

  /// The lines of a reader, as they come.
  public struct Lines: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let reader: StreamReader

    /// The next line.
    ///
    /// - Returns: Nil at the end.
    /// - Throws: As `readLine()` does.
    public nonisolated(nonsending) mutating func next() async throws -> [UInt8]? {
      let line = try await reader.readLine()
      return line.isEmpty ? nil : line
    }

    /// The next line, in the actor of the caller.
    ///
    /// - Parameter actor: Leave it out.
    /// - Returns: Nil at the end.
    /// - Throws: As `readLine()` does.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(any Error) -> [UInt8]? {
      let line = try await reader.readLine()
      return line.isEmpty ? nil : line
    }

    /// Goes on with the reader's next line.
    public func makeAsyncIterator() -> Lines { self }
  }
}
