import Instrumentation

/// Sends bytes through a connection.
///
/// It belongs to its loop's thread. Sendable because every entry point checks that.
public final class StreamWriter: @unchecked Sendable {
  let connection: Connection
  /// The address of the other end, such as `127.0.0.1:80`; empty if it is gone already.
  public let peer: String

  init(_ connection: Connection, peer: String) {
    self.connection = connection
    self.peer = peer
  }

  /// Sends bytes at once as far as the kernel takes them, and keeps the rest.
  ///
  /// Never waits. What is kept grows without limit unless `drain()` is awaited now and then. On a
  /// connection that is closed or broken it does nothing; `drain()` says so.
  ///
  /// - Parameter bytes: The bytes.
  public func write(_ bytes: some Collection<UInt8>) {
    connection.loop.checkThread()
    let sent: Void? = bytes.withContiguousStorageIfAvailable {
      unsafe connection.send(UnsafeRawBufferPointer($0))
    }
    if sent == nil {
      unsafe Array(bytes).withUnsafeBytes { unsafe connection.send($0) }
    }
  }

  /// Waits while more than 64 KiB are kept, until there are at most 16.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `StreamError.connectionLost`, `CancelledError`.
  public nonisolated(nonsending) func drain(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    connection.loop.checkThread()
    try await connection.drain(at: Probe.site(fileID, line))
  }

  /// Whether it was closed, or the connection is broken.
  public var isClosing: Bool { connection.isClosing }

  /// Sends what is kept, then closes the connection, also for the reader.
  public func close() {
    connection.loop.checkThread()
    connection.close()
  }

  /// Waits until the connection is closed, after `close()` or by a failure.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `StreamError.connectionLost` if something was not sent, `CancelledError`.
  public nonisolated(nonsending) func waitClosed(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    connection.loop.checkThread()
    try await connection.waitClosed(at: Probe.site(fileID, line))
    if let lost = connection.lost { throw StreamError.connectionLost("\(lost)") }
  }
}
