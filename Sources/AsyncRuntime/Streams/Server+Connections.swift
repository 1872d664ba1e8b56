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
  /// Each is accepted when it is asked for: as long as nobody asks, clients wait in the kernel, up
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
    /// - Parameter actor: Leave it out.
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
