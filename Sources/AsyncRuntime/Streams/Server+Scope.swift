import AsyncTopBus

/// Listens on a host's addresses while a body runs.
///
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
