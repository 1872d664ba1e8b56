extension StreamReader {
  /// The lines that come, as text, without the newline at their end: `\n` or `\r\n`.
  ///
  /// What is not UTF-8 is replaced by `U+FFFD`; see `byteLines`. The newline after the last line
  /// may be missing.
  public var lines: Lines { Lines(byteLines: byteLines) }

  /// The lines that come, as bytes, without the newline at their end: `\n` or `\r\n`.
  ///
  /// The newline after the last line may be missing. With it, as they come: `readLine()`.
  public var byteLines: ByteLines { ByteLines(reader: self) }

  /// The lines of a reader as text, as they come.
  public struct Lines: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var byteLines: ByteLines

    /// The next line.
    ///
    /// - Returns: Nil at the end.
    /// - Throws: As `readLine()` does.
    public nonisolated(nonsending) mutating func next() async throws -> String? {
      try await byteLines.next().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The next line, in the actor of the caller.
    ///
    /// - Parameter actor: Leave it out.
    /// - Returns: Nil at the end.
    /// - Throws: As `readLine()` does.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(any Error) -> String? {
      try await byteLines.next().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Goes on with the reader's next line.
    public func makeAsyncIterator() -> Lines { self }
  }

  /// The lines of a reader as bytes, as they come.
  public struct ByteLines: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let reader: StreamReader

    /// The next line.
    ///
    /// - Returns: Nil at the end.
    /// - Throws: As `readLine()` does.
    public nonisolated(nonsending) mutating func next() async throws -> [UInt8]? {
      Self.line(try await reader.readLine())
    }

    /// The next line, in the actor of the caller.
    ///
    /// - Parameter actor: Leave it out.
    /// - Returns: Nil at the end.
    /// - Throws: As `readLine()` does.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(any Error) -> [UInt8]? {
      Self.line(try await reader.readLine())
    }

    /// Goes on with the reader's next line.
    public func makeAsyncIterator() -> ByteLines { self }

    private static func line(_ read: [UInt8]) -> [UInt8]? {
      var line = read
      if line.isEmpty { return nil }
      if line.last == UInt8(ascii: "\n") {
        line.removeLast()
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
      }
      return line
    }
  }
}
