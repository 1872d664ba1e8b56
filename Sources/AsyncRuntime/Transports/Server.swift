import AsyncTopBus
public import AsyncTopLinux

/// Listens for connections; made by `startServer`, `createServer` and their relatives.
///
/// It lives as long as it listens or is held. It belongs to its loop's thread. Sendable because
/// every entry point checks that.
public final class Server: @unchecked Sendable {
  private let loop: EventLoop
  private let site: CallSite
  private let service: Service
  private let listeners: [Listener]
  private var isClosed = false
  // The connections that came to it and have not ended, by their owner's numbers.
  private var clients: Set<UInt64> = []
  private let closers = WaitQueue()
  private var kept: Server?
  private var isServingForever = false
  // The tasks that wait for a connection, and the connections that were not taken yet.
  private let askers = WaitQueue()
  private var arrived: [Connection] = []
  private var isAsking = false
  private var takenInARow = 0

  /// What happens to a connection that comes in.
  enum Service {
    /// At once, the same for each.
    case each((Connection) -> Void)
    /// It is accepted when a task asks for it, as streams.
    case whenAsked(lineLimit: Int)
  }

  /// A server that does not listen yet.
  init(
    _ listeners: [Listener], on loop: EventLoop, at site: CallSite,
    _ service: Service
  ) {
    self.listeners = listeners
    self.loop = loop
    self.site = site
    self.service = service
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
  public var connectionCount: Int { clients.count }

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
    for connection in arrived { connection.abort() }
    arrived = []
    while askers.wakeFirst() {}
    while closers.wakeFirst() {}
  }

  /// Closes every connection that came to it, after what is buffered.
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
  /// - Throws: `CancellationError`; nothing is closed then.
  public nonisolated(nonsending) func waitClosed(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    if loop.isAway(#isolation) {
      return try await loop.atHome { () throws(CancellationError) in
        try await self.waitClosed(fileID: fileID, line: line)
      }
    }
    try await waitEnded(at: Probe.site(fileID, line)) { clients.isEmpty && isClosed }
  }

  /// Lets connections come in until it is closed.
  ///
  /// - Throws: `CancellationError`; it is closed then, but its connections live on.
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
  /// - Parameter body: Gets the server.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; `CancellationError`.
  public func whileOpen<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Server) async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body(self)
      await atHome { self.close() }
      try await waitClosed()
      return result
    } catch {
      await atHome { self.close() }
      throw error
    }
  }

  nonisolated(nonsending) func atHome(_ body: @Sendable () -> Void) async {
    if loop.isOnThread { body() } else { await loop.atHome { body() } }
  }

  /// What people call it, such as `tcp 127.0.0.1:80`.
  public var name: String {
    guard let first = listeners.first else { return "server" }
    return listeners.count == 1 ? first.name : "\(first.name) and \(listeners.count - 1) more"
  }

  // MARK: Connections

  func accepted(_ connection: Connection) {
    clients.insert(connection.owner)
    connection.parties.server = self
    switch service {
    case .each(let serve): serve(connection)
    case .whenAsked:
      arrived.append(connection)
      askers.wakeFirst()
    }
  }

  func clientEnded(_ owner: UInt64) {
    clients.remove(owner)
    guard clients.isEmpty, isClosed else { return }
    while closers.wakeFirst() {}
  }

  /// Whether a connection that waits is to be accepted now.
  var wantsConnection: Bool {
    guard case .whenAsked = service else { return true }
    return !askers.isEmpty || isAsking && arrived.isEmpty
  }

  /// Whether connections come when they are asked for.
  var isAsked: Bool {
    if case .whenAsked = service { true } else { false }
  }

  /// The next one that comes in, for a server that is asked; nil once it is closed.
  nonisolated(nonsending)
    func nextConnection()
    async throws(CancellationError) -> (reader: StreamReader, writer: StreamWriter)?
  {
    if loop.isAway(#isolation) {
      return try await loop.atHome { () throws(CancellationError) in try await self.nextConnection()
      }
    }
    takenInARow += 1
    if takenInARow > ReadingState.readsBeforeGivingWay {
      takenInARow = 0
      try await loop.giveWay(at: site.number)
    }
    while true {
      if arrived.isEmpty { ask() }
      if !arrived.isEmpty, case .whenAsked(let lineLimit) = service {
        return StreamReader.ends(of: arrived.removeFirst(), lineLimit: lineLimit)
      }
      if isClosed { return nil }
      takenInARow = 0
      try await waitForConnection()
    }
  }

  private func ask() {
    isAsking = true
    for listener in listeners { listener.acceptAll() }
    isAsking = false
  }

  nonisolated(nonsending)
    private func waitForConnection() async throws(CancellationError)
  {
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    // It may have come meanwhile.
    guard arrived.isEmpty, !isClosed else { return }
    askers.append(task)
    let resource = listeners.first?.resource.id ?? 0
    do {
      try await task.wait(in: askers, of: loop, for: .resource, resource, at: site.number)
    } catch {
      // What came for it is for the next one.
      if !arrived.isEmpty { askers.wakeFirst() }
      throw error
    }
  }

  private var openClients: [Connection] {
    clients.compactMap { loop.descriptors.owner($0) as? Connection }
  }

  nonisolated(nonsending)
    private func waitEnded(
      at site: UInt32, _ hasEnded: () -> Bool
    ) async throws(CancellationError)
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

extension Server: CustomStringConvertible {
  /// For people: `Server(tcp 127.0.0.1:80, serving, 3 connections)`.
  ///
  /// On another thread than the loop's only the name.
  public var description: String {
    guard loop.isOnThread else { return "Server(\(name))" }
    let state = isClosed ? "closed" : isServing ? "serving" : "not serving yet"
    let clients = clients.count == 1 ? "1 connection" : "\(clients.count) connections"
    return "Server(\(name), \(state), \(clients))"
  }
}
