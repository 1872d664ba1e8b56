import AsyncTopBus
public import AsyncTopLinux

/// Listens for connections; made by `startServer`, `createServer` and their relatives.
///
/// It lives as long as it listens or is held. It belongs to its loop's thread. Sendable because
/// every entry point checks that.
public final class Server: @unchecked Sendable {
  private let loop: EventLoop
  private let site: CallSite
  private let serve: (Connection) -> Void
  private let listeners: [Listener]
  private var isClosed = false
  // The connections that came to it and have not ended, by their owner's numbers.
  private var clients: Set<UInt64> = []
  private let closers = WaitQueue()
  private var kept: Server?
  private var isServingForever = false

  /// A server that does not listen yet.
  init(
    _ listeners: [Listener], on loop: EventLoop, at site: CallSite,
    _ serve: @escaping (Connection) -> Void
  ) {
    self.listeners = listeners
    self.loop = loop
    self.site = site
    self.serve = serve
  }

  /// Whether it listens.
  public var isServing: Bool { kept != nil }

  /// The addresses that it listens on, or will; none once it is closed.
  public var addresses: [SocketAddress] { isClosed ? [] : listeners.map(\.address) }

  /// The sockets that it listens on, or will, to look at; none once it is closed.
  public var sockets: [TransportSocket] {
    listeners.compactMap { $0.number.map { TransportSocket(number: $0) } }
  }

  /// The port of the first address that it listens on; 0 once it is closed, or if it has none.
  public var port: UInt16 { addresses.first?.port ?? 0 }

  /// How many connections that came to it are open.
  public var connections: Int { clients.count }

  /// Lets connections come in.
  ///
  /// Again, or once it is closed, it does nothing.
  ///
  /// - Throws: Why the kernel refuses.
  public func startServing() throws(IOError) {
    loop.checkThread()
    guard kept == nil, !isClosed else { return }
    for listener in listeners { try listener.listen(for: self) }
    kept = self
  }

  /// Stops to listen.
  ///
  /// Connections live on. Again, it does nothing.
  public func close() {
    loop.checkThread()
    for listener in listeners { listener.close() }
    isClosed = true
    kept = nil
    while closers.wakeFirst() {}
  }

  /// Closes every connection that came to it, after what is kept to be sent.
  public func closeClients() {
    loop.checkThread()
    for client in openClients { client.close() }
  }

  /// Closes every connection that came to it, at once.
  public func abortClients() {
    loop.checkThread()
    for client in openClients { client.abort() }
  }

  /// Waits until it is closed and every connection that came to it has ended.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `CancelledError`; nothing is closed then.
  public nonisolated(nonsending) func waitClosed(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancelledError) {
    if loop.isAway(#isolation) {
      return try await loop.atHome { () throws(CancelledError) in
        try await self.waitClosed(fileID: fileID, line: line)
      }
    }
    try await waitEnded(at: Probe.site(fileID, line)) { clients.isEmpty && isClosed }
  }

  /// Lets connections come in until it is closed.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `CancelledError`; it is closed then, but its connections live on.
  ///   `TransportError.alreadyServing`, `TransportError.serverClosed`. `IOError` if the kernel
  ///   refuses.
  public nonisolated(nonsending) func serveForever(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    if loop.isAway(#isolation) {
      return try await loop.atHome {
        try await self.serveForever(fileID: fileID, line: line)
      }
    }
    guard !isServingForever else { throw TransportError.alreadyServing }
    guard !isClosed else { throw TransportError.serverClosed }
    isServingForever = true
    defer {
      isServingForever = false
      close()
    }
    try startServing()
    try await waitEnded(at: Probe.site(fileID, line)) { isClosed }
  }

  /// Runs a body, then closes the server and waits until its connections have ended.
  ///
  /// What asyncio's `async with server` does.
  ///
  /// - Parameters:
  ///   - isolation: Leave it out.
  ///   - body: Gets the server.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; `CancelledError`.
  public func whileOpen<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Server) async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body(self)
      await closeAnywhere()
      try await waitClosed()
      return result
    } catch {
      await closeAnywhere()
      throw error
    }
  }

  private nonisolated(nonsending) func closeAnywhere() async {
    if loop.isOnThread { close() } else { await loop.atHome { self.close() } }
  }

  // MARK: Connections

  func accepted(_ connection: Connection) {
    clients.insert(connection.owner)
    connection.server = self
    serve(connection)
  }

  func clientEnded(_ owner: UInt64) {
    clients.remove(owner)
    guard clients.isEmpty, isClosed else { return }
    while closers.wakeFirst() {}
  }

  private var openClients: [Connection] {
    clients.compactMap { loop.descriptors.owner($0) as? Connection }
  }

  nonisolated(nonsending)
    private func waitEnded(
      at site: UInt32, _ hasEnded: () -> Bool
    ) async throws(CancelledError)
  {
    while !hasEnded() {
      let task = loop.waiter()
      try await task.refuseIfCancelled()
      closers.append(task)
      let resource = listeners.first?.resource.id ?? 0
      try await task.wait(in: closers, of: loop, for: .resource, resource, at: site)
    }
  }
}
