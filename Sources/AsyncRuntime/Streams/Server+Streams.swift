import AsyncTopBus
import AsyncTopLinux

extension Server {
  /// What a connection's task does.
  public typealias StreamHandler =
    @Sendable @isolated(any) (StreamReader, StreamWriter) async throws -> Void
}

extension EventLoop {
  // Runs a task for each connection, and closes it when that fails or lets go of its streams;
  // without what that would do, connections come when they are asked for.
  fileprivate func service(
    lineLimit: Int, at site: CallSite, _ serve: Server.StreamHandler?
  ) -> Server.Service {
    guard let serve else { return .whenAsked(lineLimit: lineLimit) }
    return .each { [unowned self] connection in
      let ends = StreamEnds(of: connection, lineLimit: lineLimit)
      let peer = connection.peer.map { "client \($0)" } ?? "client"
      _ = create(name: peer, group: nil, site: site.number, isolation: nil) { [self] in
        do {
          try await ends.passed(to: serve)
        } catch {
          connection.close()
          if error is CancellationError { return }
          report(
            ExceptionContext(
              message: "Serving \(connection.label) failed.", error: error, task: current,
              site: site.text))
        }
      }
    }
  }
}

/// The streams of a connection until its task begins; then only what the task does holds them.
///
/// Sendable: it is made and emptied on the loop's thread. If the task never begins it is let go of
/// somewhere, and the streams see to it that the connection is closed on the loop.
private final class StreamEnds: @unchecked Sendable {
  private var ends: (StreamReader, StreamWriter)?

  init(of connection: Connection, lineLimit: Int) {
    ends = StreamReader.ends(of: connection, lineLimit: lineLimit)
  }

  nonisolated(nonsending) func passed(to serve: @escaping Server.StreamHandler) async throws {
    guard let (reader, writer) = ends.take() else { return }
    // Also those of which it makes no use.
    defer { withExtendedLifetime((reader, writer)) {} }
    try await serve(reader, writer)
  }
}

/// Listens on a host's addresses and runs a task for each connection.
///
/// A connection is closed when its task fails or is cancelled, and when its reader and its writer
/// are let go of: as a rule with the task's end, unless they are kept somewhere. An error that a
/// task throws goes to the exception handler.
///
/// - Parameters:
///   - host: A name or an address; nil means every address of the machine.
///   - port: The port; 0 lets the kernel choose one: see `Server.port`.
///   - options: How it listens.
///   - lineLimit: The longest line of the readers, in bytes.
///   - serve: What a connection's task does. Without it there are no tasks, and connections come
///     from `Server.connections`.
/// - Returns: The server, which closes it.
/// - Throws: `AddressError`, `IOError`, `CancellationError`.
public nonisolated(nonsending) func startServer(
  host: String?, port: UInt16, options: ListenOptions = ListenOptions(),
  lineLimit: Int = StreamReader.usualLineLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: Server.StreamHandler? = nil
) async throws -> Server {
  try await startServer(
    hosts: [host], port: port, options: options, lineLimit: lineLimit, fileID: fileID,
    line: line, function: function, serve)
}

/// Listens on the addresses of several hosts and runs a task for each connection.
///
/// Connections are served as by `startServer(host:port:)`.
///
/// - Parameters:
///   - hosts: Names or addresses; nil means every address of the machine.
///   - port: The port of each; 0 lets the kernel choose: see `Server.addresses`.
///   - options: How it listens.
///   - lineLimit: The longest line of the readers, in bytes.
///   - serve: What a connection's task does. Without it there are no tasks, and connections come
///     from `Server.connections`.
/// - Returns: The server, which closes it.
/// - Throws: `AddressError`, `IOError`, `CancellationError`.
public nonisolated(nonsending) func startServer(
  hosts: [String?], port: UInt16, options: ListenOptions = ListenOptions(),
  lineLimit: Int = StreamReader.usualLineLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: Server.StreamHandler? = nil
) async throws -> Server {
  let loop = EventLoop.own(for: "startServer", in: #isolation, fileID, line)
  if loop.isAway(#isolation) {
    return try await loop.atHome {
      try await startServer(
        hosts: hosts, port: port, options: options, lineLimit: lineLimit, fileID: fileID,
        line: line, function: function, serve)
    }
  }
  let site = CallSite(fileID, line, function)
  let listeners = try await loop.listeners(hosts, port, options, at: site)
  return try loop.serve(
    listeners, options, at: site, loop.service(lineLimit: lineLimit, at: site, serve))
}

/// Listens on a socket that was made and bound elsewhere, and runs a task for each connection.
///
/// Connections are served as by `startServer(host:port:)`.
///
/// - Parameters:
///   - socket: A socket that has an address, which is taken over. A unix socket's file is removed
///     when the server closes, unless the options say otherwise.
///   - options: How it listens; the backlog, the start and the file of a unix socket count.
///   - lineLimit: The longest line of the readers, in bytes.
///   - serve: What a connection's task does. Without it there are no tasks, and connections come
///     from `Server.connections`.
/// - Returns: The server, which closes it.
/// - Throws: `IOError`.
public func startServer(
  socket: Socket, options: ListenOptions = ListenOptions(),
  lineLimit: Int = StreamReader.usualLineLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: Server.StreamHandler? = nil
) throws(IOError) -> Server {
  let loop = EventLoop.required(for: "startServer", fileID, line)
  let site = CallSite(fileID, line, function)
  let listener = try loop.listener(socket, options, at: site)
  return try loop.serve(
    [listener], options, at: site, loop.service(lineLimit: lineLimit, at: site, serve))
}

/// Listens on a unix socket and runs a task for each connection.
///
/// Connections are served as by `startServer(host:port:)`.
///
/// - Parameters:
///   - path: The socket's path, or `\0` and an abstract name. A socket that another has left there
///     is replaced; when the server closes, the file is removed if it is still its own.
///   - options: How it listens; the backlog, the start and the file count.
///   - lineLimit: The longest line of the readers, in bytes.
///   - serve: What a connection's task does. Without it there are no tasks, and connections come
///     from `Server.connections`.
/// - Returns: The server, which closes it.
/// - Throws: `IOError`.
public func startUnixServer(
  path: String, options: ListenOptions = ListenOptions(),
  lineLimit: Int = StreamReader.usualLineLimit,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext _ serve: Server.StreamHandler? = nil
) throws(IOError) -> Server {
  let loop = EventLoop.required(for: "startUnixServer", fileID, line)
  let site = CallSite(fileID, line, function)
  let listener = try loop.listener(path: path, options, at: site)
  return try loop.serve(
    [listener], options, at: site, loop.service(lineLimit: lineLimit, at: site, serve))
}

/// Listens on a host's addresses while a body runs.
///
///     try await withServer(host: nil, port: 8080, serving: { reader, writer in … }) { server in
///       try await server.serveForever()
///     }
///     try await withServer(host: nil, port: 8080) { server in
///       for try await (reader, writer) in server.connections { … }
///     }
///
/// When the body returns, the server stops to listen and waits until its connections have ended.
/// When it throws or is cancelled, also in that wait, they are closed.
///
/// - Parameters:
///   - host: A name or an address; nil means every address of the machine.
///   - port: The port; 0 lets the kernel choose one: see `Server.port`.
///   - options: How it listens.
///   - lineLimit: The longest line of the readers, in bytes.
///   - serve: What a connection's task does, as of `startServer`. Without it there are no tasks,
///     and connections come from `Server.connections`.
///   - body: Gets the server. To serve until that is cancelled: `try await $0.serveForever()`.
/// - Returns: What the body returns.
/// - Throws: What the body throws; `AddressError`, `IOError`, `CancellationError`.
public func withServer<Result>(
  host: String?, port: UInt16, options: ListenOptions = ListenOptions(),
  lineLimit: Int = StreamReader.usualLineLimit,
  @_inheritActorContext serving serve: Server.StreamHandler? = nil,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  isolation: isolated (any Actor)? = #isolation, _ body: (Server) async throws -> Result
) async throws -> Result {
  let server = try await startServer(
    host: host, port: port, options: options, lineLimit: lineLimit, fileID: fileID, line: line,
    function: function, serve)
  return try await server.whileHeld(body)
}

/// Listens on a unix socket while a body runs.
///
/// It ends as `withServer` does.
///
/// - Parameters:
///   - path: The socket's path, or `\0` and an abstract name.
///   - options: How it listens; the backlog, the start and the file count.
///   - lineLimit: The longest line of the readers, in bytes.
///   - serve: What a connection's task does, as of `startUnixServer`. Without it there are no
///     tasks, and connections come from `Server.connections`.
///   - body: Gets the server.
/// - Returns: What the body returns.
/// - Throws: What the body throws; `IOError`, `CancellationError`.
public func withUnixServer<Result>(
  path: String, options: ListenOptions = ListenOptions(),
  lineLimit: Int = StreamReader.usualLineLimit,
  @_inheritActorContext serving serve: Server.StreamHandler? = nil,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  isolation: isolated (any Actor)? = #isolation, _ body: (Server) async throws -> Result
) async throws -> Result {
  let loop = EventLoop.own(for: "withUnixServer", in: isolation, fileID, line)
  let start = { @Sendable () throws(IOError) in
    try startUnixServer(
      path: path, options: options, lineLimit: lineLimit, fileID: fileID, line: line,
      function: function, serve)
  }
  let server = loop.isAway(isolation) ? try await loop.atHome { try start() } : try start()
  return try await server.whileHeld(body)
}

extension Server {
  fileprivate func whileHeld<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Server) async throws -> Result
  ) async throws -> Result {
    do {
      return try await whileOpen(body)
    } catch {
      await atHome { self.closeClients() }
      throw error
    }
  }
}

extension Server {
  /// The connections that come in, for a server that was started without a handler.
  ///
  ///     try await withServer(host: nil, port: 8080) { server in
  ///       try await withAsyncTaskGroup { group in
  ///         for try await (reader, writer) in server.connections {
  ///           try group.createTask { try await serve(reader, writer) }
  ///         }
  ///       }
  ///     }
  ///
  /// Each is accepted when it is asked for: until then, clients wait in the kernel, up
  /// to `ListenOptions.backlog` of them. Several tasks may iterate; each connection goes to one of
  /// them. The sequence ends when the server closes. A connection is closed by its writer, or when
  /// neither its reader nor its writer is held.
  ///
  /// Of a server that has a handler it is a mistake in the program, and ends it.
  public var connections: Connections {
    if !isAsked { EventLoop.refuse("the connections of \(name) go to its handler") }
    return Connections(server: self)
  }

  /// The connections of a server, as they are asked for.
  public struct Connections: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let server: Server

    /// Waits for the next connection.
    ///
    /// - Returns: Its two ends; nil when the server is closed.
    /// - Throws: `CancellationError`; no connection is lost then.
    public nonisolated(nonsending) mutating func next()
      async throws(CancellationError) -> (reader: StreamReader, writer: StreamWriter)?
    {
      try await server.nextConnection()
    }

    /// Waits for the next connection, in the actor of the caller.
    ///
    /// - Returns: Its two ends; nil when the server is closed.
    /// - Throws: `CancellationError`; no connection is lost then.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(CancellationError) -> (reader: StreamReader, writer: StreamWriter)? {
      try await server.nextConnection()
    }

    /// Goes on with the server's next connection.
    public func makeAsyncIterator() -> Connections { self }
  }
}
