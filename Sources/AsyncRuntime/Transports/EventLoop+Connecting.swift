public import AsyncTopLinux

extension EventLoop {
  /// Connects to a host and lets a protocol drive the connection.
  ///
  /// - Parameters:
  ///   - host: A name or an address. A name is resolved on another thread.
  ///   - port: The port.
  ///   - options: How it is connected.
  ///   - makeProtocol: Makes the protocol, a `StreamProtocol` or a `BufferedProtocol`, once
  ///     connected.
  /// - Returns: The transport and its protocol, which was told of the connection.
  /// - Throws: `AddressError`; `IOError`, or `ConnectionError` if the addresses failed differently;
  ///   `CancellationError`: nothing is left then.
  @discardableResult
  public nonisolated(nonsending) func createConnection<Made: ConnectionProtocol>(
    host: String, port: UInt16, options: ConnectionOptions = ConnectionOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line, _ makeProtocol: () throws -> Made
  ) async throws -> (transport: Transport, protocol: Made) {
    let site = CallSite(fileID, line)
    let connection =
      isAway(#isolation)
      ? try await atHome { try await self.connect(host, port, options, at: site) }
      : try await connect(host, port, options, at: site)
    return try await startAnywhere(connection, makeProtocol)
  }

  /// Connects to a unix socket and lets a protocol drive the connection.
  ///
  /// A listener that has no room for it now is tried again, in growing intervals.
  ///
  /// - Parameters:
  ///   - path: The socket's path, or `\0` and an abstract name.
  ///   - makeProtocol: Makes the protocol, a `StreamProtocol` or a `BufferedProtocol`, once
  ///     connected.
  /// - Returns: The transport and its protocol, which was told of the connection.
  /// - Throws: `IOError`; `CancellationError`: nothing is left then.
  @discardableResult
  public nonisolated(nonsending) func createUnixConnection<Made: ConnectionProtocol>(
    path: String, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ makeProtocol: () throws -> Made
  ) async throws -> (transport: Transport, protocol: Made) {
    let site = CallSite(fileID, line)
    let connection =
      isAway(#isolation)
      ? try await atHome { try await self.connect(path: path, at: site) }
      : try await connect(path: path, at: site)
    return try await startAnywhere(connection, makeProtocol)
  }

  /// Lets a protocol drive a connection that was made elsewhere, over TCP or a unix socket.
  ///
  /// - Parameters:
  ///   - socket: A connected socket, which is taken over.
  ///   - makeProtocol: Makes the protocol, a `StreamProtocol` or a `BufferedProtocol`.
  /// - Returns: The transport and its protocol, which was told of the connection.
  /// - Throws: `IOError`, `badDescriptor` if the socket is closed, `wrongSocketKind` if it carries
  ///   datagrams; it stays the caller's then.
  @discardableResult
  public func connectAcceptedSocket<Made: ConnectionProtocol>(
    _ socket: Socket, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ makeProtocol: () throws -> Made
  ) throws -> (transport: Transport, protocol: Made) {
    let connection = try connection(of: socket, at: CallSite(fileID, line))
    return try start(connection, isNew: true, makeProtocol)
  }

  // MARK: Connections

  /// Has a protocol drive a connection; the connection ends if there is none to be had.
  func start<Made: ConnectionProtocol>(
    _ connection: Connection, isNew: Bool, _ makeProtocol: () throws -> Made
  ) throws -> (transport: Transport, protocol: Made) {
    let made: Made
    do {
      made = try makeProtocol()
    } catch {
      connection.abort()
      throw error
    }
    return (Transport.start(connection, made, isNew: isNew), made)
  }

  // Where an actor runs on another thread, the protocol is made there, and started on the loop.
  nonisolated(nonsending)
    private func startAnywhere<Made: ConnectionProtocol>(
      _ connection: Connection, _ makeProtocol: () throws -> Made
    ) async throws -> (transport: Transport, protocol: Made)
  {
    if isOnThread { return try start(connection, isNew: false, makeProtocol) }
    let made: Made
    do {
      made = try makeProtocol()
    } catch {
      await atHome { connection.abort() }
      throw error
    }
    let carried = Carried<any ConnectionProtocol>(made)
    let transport = await atHome {
      Transport.start(connection, carried.value, isNew: false)
    }
    return (transport, made)
  }

  nonisolated(nonsending)
    func connect(
      _ host: String, _ port: UInt16, _ options: ConnectionOptions, at site: CallSite
    ) async throws -> Connection
  {
    let found = try await addresses(of: host, port, family: options.family, at: site)
    return try await ConnectRace(found, options, on: self, at: site).run()
  }

  nonisolated(nonsending)
    func connect(path: String, at site: CallSite) async throws -> Connection
  {
    let address: SocketAddress
    do throws(Errno) {
      address = try SocketAddress(path: path)
    } catch {
      throw site.error(error, "connect", "unix → \(path)")
    }
    var pause = BacklogPause()
    while true {
      do {
        return try await ConnectRace([address], ConnectionOptions(), on: self, at: site).run()
      } catch let error as IOError where error.reason == .wouldBlock {
        try await pause.wait(for: address, on: self, at: site)
      }
    }
  }

  func connection(of socket: Socket, at site: CallSite) throws(IOError) -> Connection {
    checkThread()
    let name = socket.name
    let peer = socket.peerAddress
    let descriptor = try socket.handOver(.stream, site)
    do throws(Errno) {
      return try Connection(descriptor, .named(name), peer: peer, on: self, at: site)
    } catch {
      throw site.error(error, "watch", name)
    }
  }
}

/// How a connection is made.
public struct ConnectionOptions: Sendable {
  /// Only addresses of this family are tried.
  public var family: AddressFamily?
  /// The address of this end, such as `SocketAddress("127.0.0.1", port: 0)`; only addresses of its
  /// family are tried.
  public var localAddress: SocketAddress?
  /// After this time without an answer the next address is tried as well, and the first that
  /// answers is taken; RFC 8305 recommends 250 ms.
  ///
  /// Nil tries an address only after the one before has failed.
  public var happyEyeballsDelay: Duration?
  /// How many addresses of the first family are tried before families take turns; 0 leaves them in
  /// the resolver's order, and nil means 1 with a delay, else 0.
  public var interleave: Int?
  /// Whether a failure always carries the errors of all addresses, as a `ConnectionError`.
  public var allErrors: Bool
  /// Whether a silent connection is probed from time to time.
  public var keepAlive: Bool

  /// The options of a connection, most of which are rarely needed.
  ///
  /// - Parameters:
  ///   - family: Only addresses of this family are tried.
  ///   - localAddress: The address of this end.
  ///   - happyEyeballsDelay: When the next address is tried as well.
  ///   - interleave: How addresses of different families take turns.
  ///   - allErrors: Whether a failure carries the errors of all addresses.
  ///   - keepAlive: Whether a silent connection is probed.
  public init(
    family: AddressFamily? = nil, localAddress: SocketAddress? = nil,
    happyEyeballsDelay: Duration? = nil, interleave: Int? = nil, allErrors: Bool = false,
    keepAlive: Bool = false
  ) {
    self.family = family
    self.localAddress = localAddress
    self.happyEyeballsDelay = happyEyeballsDelay
    self.interleave = interleave
    self.allErrors = allErrors
    self.keepAlive = keepAlive
  }

  /// The addresses in the order in which they are tried.
  func order(_ addresses: [SocketAddress]) -> [SocketAddress] {
    let usable = addresses.filter { localAddress == nil || $0.family == localAddress?.family }
    let first = interleave ?? (happyEyeballsDelay == nil ? 0 : 1)
    guard first > 0, let family = usable.first?.family else { return usable }
    var same = usable.filter { $0.family == family }[...]
    var others = usable.filter { $0.family != family }[...]
    var ordered: [SocketAddress] = []
    for _ in 1..<min(first, usable.count) { ordered += same.popFirst().map { [$0] } ?? [] }
    while let next = same.popFirst() {
      ordered.append(next)
      ordered += others.popFirst().map { [$0] } ?? []
    }
    return ordered + others
  }
}
