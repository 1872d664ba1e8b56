extension StreamWriter {
  /// Writes text in UTF-8, as `write` does with bytes.
  ///
  /// - Parameter text: The text.
  @inlinable
  public func write(_ text: some StringProtocol) {
    var text = String(text)
    text.withUTF8 { unsafe writeNow(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes and drains: waits while too much is kept.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: As `drain()` does.
  @inlinable
  public nonisolated(nonsending) func send(
    _ bytes: some Collection<UInt8>, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    guard isOnThread else { return try await sendHome(Array(bytes), fileID, line) }
    write(bytes)
    try await drain(fileID: fileID, line: line)
  }

  /// Writes text in UTF-8 and drains: waits while too much is kept.
  ///
  /// - Parameter text: The text.
  /// - Throws: As `drain()` does.
  @inlinable
  public nonisolated(nonsending) func send(
    _ text: some StringProtocol, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    guard isOnThread else { return try await sendHome(Array(text.utf8), fileID, line) }
    write(text)
    try await drain(fileID: fileID, line: line)
  }

  // From the thread of an actor.
  @usableFromInline
  nonisolated(nonsending) func sendHome(
    _ bytes: [UInt8], _ fileID: StaticString, _ line: UInt32
  ) async throws {
    try await connection.loop.atHome {
      self.write(bytes)
      try await self.drain(fileID: fileID, line: line)
    }
  }

  /// Sends bytes and a newline, `\n`, as one line of a protocol made of lines, such as JSON lines.
  ///
  /// - Parameter bytes: The line, without a newline in it.
  /// - Throws: As `drain()` does.
  public nonisolated(nonsending) func sendLine(
    _ bytes: some Collection<UInt8>, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    guard isOnThread else {
      return try await sendHome(Array(bytes) + [UInt8(ascii: "\n")], fileID, line)
    }
    write(bytes)
    try await send(CollectionOfOne(UInt8(ascii: "\n")), fileID: fileID, line: line)
  }

  /// Sends text in UTF-8 and a newline, `\n`.
  ///
  /// - Parameter text: The line, without a newline in it.
  /// - Throws: As `drain()` does.
  public nonisolated(nonsending) func sendLine(
    _ text: some StringProtocol, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    try await sendLine(text.utf8, fileID: fileID, line: line)
  }
}
