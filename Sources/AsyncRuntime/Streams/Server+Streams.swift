import Instrumentation
import LinuxSystem

extension Server {
  /// What a connection's task does.
  public typealias StreamHandler =
    @Sendable @isolated(any) (StreamReader, StreamWriter) async throws -> Void
}

extension EventLoop {
  // Runs a task for each connection, and closes it when that has ended.
  fileprivate func tasks(
    limit: Int, at site: CallSite, _ serve: @escaping Server.StreamHandler
  ) -> (Connection) -> Void {
    { [unowned self] connection in
      let (reader, writer) = StreamReader.ends(of: connection, limit: limit)
      let peer = connection.peer.map { "client \($0)" } ?? "client"
      _ = create(name: peer, group: nil, site: site.number, isolation: nil) { [self] in
        defer { connection.close() }
        do {
          try await serve(reader, writer)
        } catch  where !(error is CancelledError) {
          report(ExceptionContext(message: "Serving a connection failed.", error: error))
        }
      }
    }
  }
}

/// Listens on a host's addresses and runs a task for each connection.
///
/// When a task ends its connection is closed; an error that it throws goes to the exception
/// handler.
///
/// - Parameters:
///   - host: A name or an address; nil means every address of the machine.
///   - port: The port; 0 lets the kernel choose one: see `Server.port`.
///   - options: How it listens.
///   - limit: The longest line of the readers, in bytes.
///   - fileID: The file that asynctop and errors show; leave it out.
///   - line: The line that they show; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - serve: What a connection's task does.
/// - Returns: With which it can be closed.
/// - Throws: `AddressError`, `IOError`, `CancelledError`.
public nonisolated(nonsending) func startServer(
  host: String?, port: UInt16, options: ListenOptions = ListenOptions(),
  limit: Int = StreamReader.usualLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: @escaping Server.StreamHandler
) async throws -> Server {
  try await startServer(
    hosts: [host], port: port, options: options, limit: limit, fileID: fileID, line: line,
    function: function, serve)
}

/// Listens on the addresses of several hosts and runs a task for each connection.
///
/// When a task ends its connection is closed; an error that it throws goes to the exception
/// handler.
///
/// - Parameters:
///   - hosts: Names or addresses; nil means every address of the machine.
///   - port: The port of each; 0 lets the kernel choose: see `Server.addresses`.
///   - options: How it listens.
///   - limit: The longest line of the readers, in bytes.
///   - fileID: The file that asynctop and errors show; leave it out.
///   - line: The line that they show; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - serve: What a connection's task does.
/// - Returns: With which it can be closed.
/// - Throws: `AddressError`, `IOError`, `CancelledError`.
public nonisolated(nonsending) func startServer(
  hosts: [String?], port: UInt16, options: ListenOptions = ListenOptions(),
  limit: Int = StreamReader.usualLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: @escaping Server.StreamHandler
) async throws -> Server {
  let loop = EventLoop.required(for: "startServer")
  let site = CallSite(fileID, line, function)
  let listeners = try await loop.listeners(hosts, port, options, at: site)
  return try loop.serve(
    listeners, options, at: site, loop.tasks(limit: limit, at: site, serve))
}

/// Listens on a socket that was made and bound elsewhere, and runs a task for each connection.
///
/// When a task ends its connection is closed; an error that it throws goes to the exception
/// handler.
///
/// - Parameters:
///   - socket: A socket that has an address, which is taken over.
///   - options: How it listens; only the backlog and the start count.
///   - limit: The longest line of the readers, in bytes.
///   - fileID: The file that asynctop and errors show; leave it out.
///   - line: The line that they show; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - serve: What a connection's task does.
/// - Returns: With which it can be closed.
/// - Throws: `IOError`.
public func startServer(
  socket: Socket, options: ListenOptions = ListenOptions(), limit: Int = StreamReader.usualLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: @escaping Server.StreamHandler
) throws -> Server {
  let loop = EventLoop.required(for: "startServer")
  let site = CallSite(fileID, line, function)
  let listener = try loop.listener(socket, options, at: site)
  return try loop.serve(
    [listener], options, at: site, loop.tasks(limit: limit, at: site, serve))
}

/// Listens on a unix socket and runs a task for each connection.
///
/// When a task ends its connection is closed; an error that it throws goes to the exception
/// handler.
///
/// - Parameters:
///   - path: The socket's path, or `\0` and an abstract name. A socket that another has left there
///     is replaced; when the server closes, the file is removed if it is still its own.
///   - options: How it listens; only the backlog and the start count.
///   - limit: The longest line of the readers, in bytes.
///   - fileID: The file that asynctop and errors show; leave it out.
///   - line: The line that they show; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - serve: What a connection's task does.
/// - Returns: With which it can be closed.
/// - Throws: `IOError`.
public func startUnixServer(
  path: String, options: ListenOptions = ListenOptions(), limit: Int = StreamReader.usualLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: @escaping Server.StreamHandler
) throws -> Server {
  let loop = EventLoop.required(for: "startUnixServer")
  let site = CallSite(fileID, line, function)
  let listener = try loop.listener(path: path, options, at: site)
  return try loop.serve(
    [listener], options, at: site, loop.tasks(limit: limit, at: site, serve))
}
