import AsyncTopBus

/// Receives bytes from a connection, as its tasks ask for them; nothing is read ahead but what the
/// kernel keeps.
///
/// As sequences it has the connection's `lines`, and the same as `byteLines`. One task at a time
/// may wait for it. It belongs to its loop's thread.
///
/// Sendable because every entry point checks that.
public final class StreamReader: @unchecked Sendable {
  let connection: Connection
  /// The longest line, and the farthest separator, in bytes.
  public let lineLimit: Int

  /// The line limit of a reader that was given none: 64 KiB.
  public static let usualLineLimit = 65536

  init(_ connection: Connection, lineLimit: Int) {
    if lineLimit < 1 {
      EventLoop.refuse("the line limit of a stream's reader is positive, not \(lineLimit)")
    }
    self.connection = connection
    self.lineLimit = lineLimit
    connection.parties.streams += 1
  }

  deinit {
    connection.letGo()
  }

  /// Whether the other end has sent its last byte, and that was read.
  public var isAtEnd: Bool { connection.input.isEmpty && connection.reading.isAtEnd }

  /// Why the connection broke; nil if it did not.
  public var error: (any Error)? { connection.lost }

  /// Reads what is there, waiting for at least one byte.
  ///
  /// - Parameter count: How many bytes at most. May be more than the line limit. To read to the
  ///   end: `readToEnd`.
  /// - Returns: The bytes; none at the end.
  /// - Throws: `IOError`, `StreamError`, `CancellationError`; no byte is lost then.
  @inlinable
  public nonisolated(nonsending) func read(
    _ count: Int, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    if let kept = takeKept(atMost: count) { return kept }
    return try await receive(atMost: count, fileID, line)
  }

  // What a read gives without looking further. Up to where it has to wait, a read is compiled where
  // it is used, and so is a drain: to call an asynchronous function has a price.
  @usableFromInline
  func takeKept(atMost count: Int) -> [UInt8]? {
    guard connection.isOnThread else { return nil }
    guard count != 0 else { return [] }
    guard count > 0, !connection.input.isEmpty else { return nil }
    return connection.input.take(min(count, connection.input.count))
  }

  @usableFromInline
  nonisolated(nonsending) func receive(
    atMost count: Int, _ fileID: StaticString, _ line: UInt32
  ) async throws -> [UInt8] {
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.read(count, fileID: fileID, line: line)
      }
    }
    guard count > 0 else { throw StreamError.negativeCount(count) }
    return try await connection.receive(atMost: count, at: Probe.site(fileID, line))
  }

  /// Reads until the end.
  ///
  /// - Returns: The bytes.
  /// - Throws: `IOError`, `StreamError`, `CancellationError`; no byte is lost then.
  public nonisolated(nonsending) func readToEnd(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.readToEnd(fileID: fileID, line: line)
      }
    }
    while try await receive(1, fileID, line) {}
    return connection.input.take(connection.input.count)
  }

  /// Reads a number of bytes, waiting for all of them.
  ///
  /// May be more than the line limit.
  ///
  /// - Parameter count: How many bytes.
  /// - Returns: The bytes.
  /// - Throws: `StreamError.incomplete` at the end, with what there was; `IOError`, `StreamError`,
  ///   `CancellationError`.
  public nonisolated(nonsending) func readExactly(
    _ count: Int, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    guard count >= 0 else { throw StreamError.negativeCount(count) }
    if connection.isOnThread && connection.input.count >= count {
      return connection.input.take(count)
    }
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.readExactly(count, fileID: fileID, line: line)
      }
    }
    while connection.input.count < count {
      guard try await receive(count - connection.input.count, fileID, line) else {
        let partial = connection.input.take(connection.input.count)
        throw StreamError.incomplete(partial: partial, expected: count)
      }
    }
    return connection.input.take(count)
  }

  /// Reads a line, with the newline at its end, which only the last one may lack.
  ///
  /// - Returns: The line; no bytes at the end.
  /// - Throws: `StreamError.lineTooLong`: the line is dropped then, as far as it has come, so that
  ///   reading can go on after it; `IOError`, other `StreamError`s, `CancellationError`.
  public nonisolated(nonsending) func readLine(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    var searched = 0
    if connection.isOnThread, let line = try takeLine(&searched) { return line }
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.readLine(fileID: fileID, line: line)
      }
    }
    while try await receive(1, fileID, line) {
      if let line = try takeLine(&searched) { return line }
    }
    return connection.input.take(connection.input.count)
  }

  // A line that is there; before the place it was looked for.
  private func takeLine(_ searched: inout Int) throws(StreamError) -> [UInt8]? {
    if let end = connection.input.firstIndex(of: UInt8(ascii: "\n"), from: searched) {
      if end <= lineLimit { return connection.input.take(end + 1) }
      connection.input.removeFirst(end + 1)
      throw .lineTooLong(limit: lineLimit)
    }
    searched = connection.input.count
    guard searched <= lineLimit else {
      connection.input.removeAll()
      throw .lineTooLong(limit: lineLimit)
    }
    return nil
  }

  nonisolated(nonsending) func receive(
    _ room: Int, _ fileID: StaticString, _ line: UInt32
  ) async throws -> Bool {
    try await connection.receive(atLeast: room, at: Probe.site(fileID, line))
  }
}

/// A stream can't go on.
@nonexhaustive
public enum StreamError: Error, Equatable, CustomStringConvertible {
  /// The stream was closed on this side.
  case closed
  /// The other end sent no more, but more was expected: what it sent of that, and how many bytes
  /// were expected, where that is known.
  case incomplete(partial: [UInt8], expected: Int?)
  /// What was looked for does not come within the line limit of the reader. How many bytes are
  /// there without it, or before it; they stay in the reader.
  case overLimit(consumed: Int)
  /// A line is longer than the line limit of the reader, and was dropped as far as it had come.
  case lineTooLong(limit: Int)
  /// More output came than `communicate` was to take; how many bytes of each stream that was.
  case tooMuchOutput(limit: Int)
  /// Another task waits for the same reader.
  case alreadyReading
  /// Less than no bytes were asked for; how many.
  case negativeCount(Int)
  /// There is no separator to look for, or one without bytes.
  case emptySeparator

  /// For people.
  public var description: String {
    switch self {
    case .closed: "the stream is closed"
    case .incomplete(let partial, let expected?):
      "the other end closed after \(partial.count) of \(expected) bytes"
    case .incomplete(let partial, nil):
      "the other end closed after \(partial.count) bytes, without the separator"
    case .overLimit(let consumed): "no separator within the limit: \(consumed) bytes are there"
    case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
    case .tooMuchOutput(let limit): "more output came than \(limit) bytes"
    case .alreadyReading: "another task reads from this stream"
    case .negativeCount(let count): "\(count) bytes were asked for"
    case .emptySeparator: "a separator has at least one byte"
    }
  }
}
