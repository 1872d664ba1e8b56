public import AsyncTopLinux
import AsyncTopBus

/// Sends bytes through a connection.
///
/// It belongs to its loop's thread. Sendable because every entry point checks that.
public final class StreamWriter: @unchecked Sendable {
  let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
    connection.parties.streams += 1
  }

  deinit {
    connection.letGo()
  }

  /// What people call the connection, such as `tcp 127.0.0.1:80 ← 127.0.0.1:51234`.
  public var name: String { "\(connection.label)" }

  /// The address of the other end; nil if it has none or is gone already.
  public var peerAddress: SocketAddress? { connection.peer ?? connection.descriptor?.peerAddress }

  /// The address of this end; nil if it has none or is closed.
  public var localAddress: SocketAddress? { connection.descriptor?.localAddress }

  /// The socket underneath, to look at and set options; nil if it is closed or a pipe.
  public var socket: TransportSocket? { connection.transportSocket }

  /// Sends bytes as far as the kernel takes them, and buffers the rest.
  ///
  /// Through a socket, up to 4 KiB leave at the end of the loop's iteration, which is when the task
  /// next waits or soon after, together with what else is written in it, or when the loop's thread
  /// calls `exit`. Larger pieces leave at once.
  ///
  /// Never waits. What is buffered grows without limit unless `drain()` is awaited now and then. On
  /// a connection that is closed or broken it does nothing; `drain()` says so.
  ///
  /// - Parameter bytes: The bytes.
  @inlinable
  public func write(_ bytes: some Collection<UInt8>) {
    let sent: Void? = bytes.withContiguousStorageIfAvailable {
      unsafe writeNow(UnsafeRawBufferPointer($0))
    }
    if sent == nil { unsafe Array(bytes).withUnsafeBytes { unsafe writeNow($0) } }
  }

  // What is generic above is compiled where it is used, for the type there.
  @usableFromInline
  func writeNow(_ bytes: UnsafeRawBufferPointer) {
    connection.checkThread()
    unsafe connection.send(bytes)
  }

  /// Sends several pieces as if they were one, with one call of the kernel.
  ///
  /// - Parameter pieces: The pieces.
  public func writeLines(_ pieces: some Sequence<[UInt8]>) {
    connection.checkThread()
    connection.send(gathering: pieces)
  }

  /// Once more is buffered than the high mark, 64 KiB, waits until it is down to the low one, 16
  /// KiB.
  ///
  /// - Throws: `IOError` if the connection is broken, `StreamError.closed` if it was closed here,
  ///   `CancellationError`.
  @inlinable
  public nonisolated(nonsending) func drain(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    if mayNotGoOn { try await waitToGoOn(fileID, line) }
  }

  @usableFromInline
  var isOnThread: Bool { connection.isOnThread }

  @usableFromInline
  var mayNotGoOn: Bool {
    !connection.isOnThread || connection.mayNotGoOn
  }

  @usableFromInline
  nonisolated(nonsending) func waitToGoOn(
    _ fileID: StaticString, _ line: UInt32
  ) async throws {
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.drain(fileID: fileID, line: line)
      }
    }
    try await connection.drain(at: Probe.site(fileID, line))
  }

  /// Sends a file, as `EventLoop.sendfile` does.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - offset: Where in the file to begin, in bytes.
  ///   - count: How many bytes; nil means until its end.
  ///   - fallback: Whether a file that the kernel can't send is read and written.
  /// - Returns: How many bytes were sent.
  /// - Throws: `TransportError`, `IOError`, `CancellationError`.
  @discardableResult
  public nonisolated(nonsending) func sendFile(
    _ file: OpenFile, offset: Int64 = 0, count: Int? = nil, fallback: Bool = true,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.sendFile(
          file, offset: offset, count: count, fallback: fallback, fileID: fileID, line: line)
      }
    }
    return try await connection.sendFile(
      file, offset: offset, count: count, fallback: fallback, at: CallSite(fileID, line))
  }

  /// Whether it can end to send and go on to receive.
  public var canWriteEOF: Bool { true }

  /// Tells the other end, after what is buffered, that no more will come; the reader goes on.
  ///
  /// To write anything after that is a mistake in the program and ends it. Again, it does nothing.
  public func writeEOF() {
    connection.checkThread()
    connection.writeEOF()
  }

  /// Sets from when on `drain()` waits, and until when.
  ///
  /// - Parameters:
  ///   - high: Above this many buffered bytes it waits; nil means 64 KiB, or four times the low
  ///     mark.
  ///   - low: Until there are so many or less; nil means a quarter of the high mark.
  public func setWriteBufferLimits(high: Int? = nil, low: Int? = nil) {
    connection.checkThread()
    connection.setMarks(high: high, low: low)
  }

  /// How many bytes are buffered.
  public var writeBufferSize: Int { connection.output.count }

  /// Whether it was closed, or the connection is broken.
  public var isClosing: Bool { connection.isClosing }

  /// Sends what is buffered, then closes the connection, also for the reader.
  ///
  /// What comes meanwhile is dropped. As long as the other end is there and takes nothing, what is
  /// buffered stays, and the connection with it; `abort()` drops both.
  public func close() {
    connection.checkThread()
    connection.close()
  }

  /// Closes the connection at once, and drops what is buffered.
  public func abort() {
    connection.checkThread()
    connection.abort()
  }

  /// Waits until the connection is closed, after `close()` or by a failure.
  ///
  /// - Throws: `IOError` if it was broken, `CancellationError`.
  public nonisolated(nonsending) func waitClosed(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    if connection.isAway(#isolation) {
      return try await connection.loop.atHome {
        try await self.waitClosed(fileID: fileID, line: line)
      }
    }
    try await connection.waitClosed(at: Probe.site(fileID, line))
    if let lost = connection.lost { throw lost }
  }
}

extension StreamWriter {
  /// Writes text in UTF-8, as `write` does with bytes.
  ///
  /// - Parameter text: The text.
  @inlinable
  public func write(_ text: some StringProtocol) {
    var text = String(text)
    text.withUTF8 { unsafe writeNow(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes and drains: waits while too much is buffered.
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

  /// Writes text in UTF-8 and drains: waits while too much is buffered.
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
