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

  /// Reads a line as text, without the newline at its end: the next one of `lines`.
  ///
  /// What asyncio's `readline` gives, with the newline and as bytes: `readLine()`.
  ///
  /// - Returns: The line; nil at the end.
  /// - Throws: As `readLine()` does.
  public nonisolated(nonsending) func nextLine(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> String? {
    ByteLines.line(try await readLine(fileID: fileID, line: line)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

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
    /// - Returns: Nil at the end.
    /// - Throws: As `readLine()` does.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(any Error) -> [UInt8]? {
      Self.line(try await reader.readLine())
    }

    /// Goes on with the reader's next line.
    public func makeAsyncIterator() -> ByteLines { self }

    static func line(_ read: [UInt8]) -> [UInt8]? {
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

extension StreamReader {
  /// Reads until a separator, with it at the end.
  ///
  /// - Parameter separator: What ends it, at least one byte.
  /// - Returns: The bytes, the separator included.
  /// - Throws: `StreamError.overLimit` if the separator is not within the line limit: nothing is
  ///   taken then; `StreamError.incomplete` at the end, with what there was;
  ///   `StreamError.emptySeparator`, `IOError`, `CancellationError`.
  public nonisolated(nonsending) func readUntil(
    _ separator: some Collection<UInt8> = [UInt8(ascii: "\n")],
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    try await readUntil(anyOf: [Array(separator)], fileID: fileID, line: line)
  }

  /// Reads until a separator, with it at the end.
  ///
  /// - Parameter separator: What ends it, in UTF-8, at least one byte.
  /// - Returns: The bytes, the separator included.
  /// - Throws: As with a separator of bytes.
  public nonisolated(nonsending) func readUntil(
    _ separator: some StringProtocol, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    try await readUntil(anyOf: [Array(separator.utf8)], fileID: fileID, line: line)
  }

  /// Reads until one of several separators, with it at the end.
  ///
  /// Of several matches, that counts which ends first, and of those that end together the longest.
  ///
  /// - Parameter separators: What ends it: at least one, each of at least one byte.
  /// - Returns: The bytes, the separator included.
  /// - Throws: `StreamError.overLimit` if no separator is within the line limit: nothing is taken
  ///   then; `StreamError.incomplete` at the end, with what there was;
  ///   `StreamError.emptySeparator`, `IOError`, `CancellationError`.
  public nonisolated(nonsending) func readUntil(
    anyOf separators: [[UInt8]], fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.readUntil(anyOf: separators, fileID: fileID, line: line)
      }
    }
    let (shortest, longest) = (
      separators.map(\.count).min() ?? 0, separators.map(\.count).max() ?? 0
    )
    guard shortest > 0 else { throw StreamError.emptySeparator }
    // Before this place no match ends.
    var searched = 0
    while true {
      if connection.input.count >= searched + shortest {
        if let match = connection.input.firstMatch(of: separators, from: searched) {
          guard match.lowerBound <= lineLimit else {
            throw StreamError.overLimit(consumed: match.lowerBound)
          }
          return connection.input.take(match.upperBound)
        }
        searched = max(0, connection.input.count + 1 - longest)
        guard searched <= lineLimit else { throw StreamError.overLimit(consumed: searched) }
      }
      guard try await receive(1, fileID, line) else {
        let partial = connection.input.take(connection.input.count)
        throw StreamError.incomplete(partial: partial, expected: nil)
      }
    }
  }
}

extension ByteBuffer {
  /// The match of one of several separators that ends first, looking from a place on.
  func firstMatch(of separators: [[UInt8]], from start: Int) -> Range<Int>? {
    var best: Range<Int>?
    for separator in separators {
      guard let match = firstMatch(of: separator, from: start, before: best?.upperBound ?? count)
      else { continue }
      let isBetter =
        best.map {
          match.upperBound < $0.upperBound
            || match.upperBound == $0.upperBound && match.lowerBound < $0.lowerBound
        } ?? true
      if isBetter { best = match }
    }
    return best
  }

  private func firstMatch(
    of separator: [UInt8], from start: Int, before end: Int
  ) -> Range<Int>? {
    var place = start
    while place + separator.count <= end {
      guard let found = firstIndex(of: separator[0], from: place), found + separator.count <= end
      else { return nil }
      if has(separator, at: found) { return found..<(found + separator.count) }
      place = found + 1
    }
    return nil
  }
}
