import AsyncTopLinux
import AsyncTopBus

extension StreamReader {
  /// The two ends of a connection.
  static func ends(
    of connection: Connection, lineLimit: Int
  ) -> (reader: StreamReader, writer: StreamWriter) {
    (StreamReader(connection, lineLimit: lineLimit), StreamWriter(connection))
  }
}

/// Connects to a host.
///
/// The connection is closed by the writer, or when neither its reader nor its writer is held:
/// either of them keeps it open. Swift lets go of a variable after its last use, not at the end of
/// its scope; in debug mode, the exception handler is told of a connection that ends so.
///
/// - Parameters:
///   - host: A name or an address. A name is resolved on another thread.
///   - port: The port.
///   - options: How it is connected.
///   - lineLimit: The longest line of the reader, in bytes.
/// - Returns: The two ends of the connection.
/// - Throws: `AddressError`; `IOError`, or `ConnectionError` if the addresses failed differently;
///   `CancellationError`: nothing is left then.
public nonisolated(nonsending) func openConnection(
  host: String, port: UInt16, options: ConnectionOptions = ConnectionOptions(),
  lineLimit: Int = StreamReader.usualLineLimit, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> (reader: StreamReader, writer: StreamWriter) {
  let loop = EventLoop.own(for: "openConnection", in: #isolation, fileID, line)
  if loop.isAway(#isolation) {
    return try await loop.atHome {
      try await openConnection(
        host: host, port: port, options: options, lineLimit: lineLimit, fileID: fileID, line: line)
    }
  }
  let connection = try await loop.connect(host, port, options, at: CallSite(fileID, line))
  return StreamReader.ends(of: connection, lineLimit: lineLimit)
}

/// Makes streams of a socket that is connected, such as one of a pair.
///
/// - Parameters:
///   - socket: The socket, which is taken over.
///   - lineLimit: The longest line of the reader, in bytes.
/// - Returns: The two ends of the connection.
/// - Throws: `IOError`, `badDescriptor` if the socket is closed.
public func openConnection(
  socket: Socket, lineLimit: Int = StreamReader.usualLineLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line
) throws(IOError) -> (reader: StreamReader, writer: StreamWriter) {
  let loop = EventLoop.required(for: "openConnection", fileID, line)
  let connection = try loop.connection(of: socket, at: CallSite(fileID, line))
  return StreamReader.ends(of: connection, lineLimit: lineLimit)
}

/// Connects to a unix socket.
///
/// A listener that has no room for it now is tried again, in growing intervals.
///
/// - Parameters:
///   - path: The socket's path, or `\0` and an abstract name.
///   - lineLimit: The longest line of the reader, in bytes.
/// - Returns: The two ends of the connection.
/// - Throws: `IOError`; `CancellationError`: nothing is left then.
public nonisolated(nonsending) func openUnixConnection(
  path: String, lineLimit: Int = StreamReader.usualLineLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> (reader: StreamReader, writer: StreamWriter) {
  let loop = EventLoop.own(for: "openUnixConnection", in: #isolation, fileID, line)
  if loop.isAway(#isolation) {
    return try await loop.atHome {
      try await openUnixConnection(path: path, lineLimit: lineLimit, fileID: fileID, line: line)
    }
  }
  let connection = try await loop.connect(path: path, at: CallSite(fileID, line))
  return StreamReader.ends(of: connection, lineLimit: lineLimit)
}

/// Connects to a host while a body runs.
///
///     let reply = try await withConnection(host: "127.0.0.1", port: 7) { reader, writer in
///       try await writer.sendLine("hello")
///       return try await reader.readLine()
///     }
///
/// When the body returns, what is buffered is sent and the connection closed; when it throws, it is
/// closed at once.
///
/// - Parameters:
///   - host: A name or an address. A name is resolved on another thread.
///   - port: The port.
///   - options: How it is connected.
///   - lineLimit: The longest line of the reader, in bytes.
///   - body: Gets the two ends of the connection.
/// - Returns: What the body returns.
/// - Throws: What the body throws, and what `openConnection` does; `IOError` if not all could be
///   sent.
public func withConnection<Result>(
  host: String, port: UInt16, options: ConnectionOptions = ConnectionOptions(),
  lineLimit: Int = StreamReader.usualLineLimit, fileID: StaticString = #fileID,
  line: UInt32 = #line, isolation: isolated (any Actor)? = #isolation,
  _ body: (StreamReader, StreamWriter) async throws -> Result
) async throws -> Result {
  let (reader, writer) = try await openConnection(
    host: host, port: port, options: options, lineLimit: lineLimit, fileID: fileID, line: line)
  return try await writer.whileOpen(with: reader, fileID, line, body)
}

/// Connects to a unix socket while a body runs.
///
/// It ends as `withConnection` does.
///
/// - Parameters:
///   - path: The socket's path, or `\0` and an abstract name.
///   - lineLimit: The longest line of the reader, in bytes.
///   - body: Gets the two ends of the connection.
/// - Returns: What the body returns.
/// - Throws: What the body throws, and what `openUnixConnection` does; `IOError` if not all could
///   be sent.
public func withUnixConnection<Result>(
  path: String, lineLimit: Int = StreamReader.usualLineLimit, fileID: StaticString = #fileID,
  line: UInt32 = #line, isolation: isolated (any Actor)? = #isolation,
  _ body: (StreamReader, StreamWriter) async throws -> Result
) async throws -> Result {
  let (reader, writer) = try await openUnixConnection(
    path: path, lineLimit: lineLimit, fileID: fileID, line: line)
  return try await writer.whileOpen(with: reader, fileID, line, body)
}

extension StreamWriter {
  fileprivate func whileOpen<Result>(
    with reader: StreamReader, _ fileID: StaticString, _ line: UInt32,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (StreamReader, StreamWriter) async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body(reader, self)
      await atHome { self.close() }
      try await waitClosed(fileID: fileID, line: line)
      return result
    } catch {
      await atHome { self.abort() }
      throw error
    }
  }

  private nonisolated(nonsending) func atHome(_ body: @Sendable () -> Void) async {
    if connection.isOnThread { body() } else { await connection.loop.atHome { body() } }
  }
}
