import AsyncTopLinux

extension EventLoop {
  /// Listens on a host's addresses and lets a new protocol drive each connection.
  ///
  /// - Parameters:
  ///   - host: A name or an address; nil means every address of the machine.
  ///   - port: The port; 0 lets the kernel choose one: see `Server.port`.
  ///   - options: How it listens.
  ///   - makeProtocol: Makes a connection's protocol, a `StreamProtocol` or a `BufferedProtocol`.
  ///     What it throws goes to the exception handler, and the connection is closed.
  /// - Returns: The server, which closes it.
  /// - Throws: `AddressError`, `IOError`, `CancellationError`.
  public nonisolated(nonsending) func createServer(
    host: String?, port: UInt16, options: ListenOptions = ListenOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line,
    @_inheritActorContext _ makeProtocol: @escaping Server.ProtocolFactory
  ) async throws -> Server {
    try await createServer(
      hosts: [host], port: port, options: options, fileID: fileID, line: line, makeProtocol)
  }

  /// Listens on the addresses of several hosts and lets a new protocol drive each connection.
  ///
  /// - Parameters:
  ///   - hosts: Names or addresses; nil means every address of the machine.
  ///   - port: The port of each; 0 lets the kernel choose: see `Server.addresses`.
  ///   - options: How it listens.
  ///   - makeProtocol: Makes a connection's protocol, a `StreamProtocol` or a `BufferedProtocol`.
  ///     What it throws goes to the exception handler, and the connection is closed.
  /// - Returns: The server, which closes it.
  /// - Throws: `AddressError`, `IOError`, `CancellationError`.
  public nonisolated(nonsending) func createServer(
    hosts: [String?], port: UInt16, options: ListenOptions = ListenOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line,
    @_inheritActorContext _ makeProtocol: @escaping Server.ProtocolFactory
  ) async throws -> Server {
    if isAway(#isolation) {
      return try await atHome {
        try await self.createServer(
          hosts: hosts, port: port, options: options, fileID: fileID, line: line, makeProtocol)
      }
    }
    let site = CallSite(fileID, line)
    let listeners = try await listeners(hosts, port, options, at: site)
    return try serve(listeners, options, at: site, service(at: site, makeProtocol))
  }

  /// Listens on a socket that was made and bound elsewhere, and lets a new protocol drive each
  /// connection.
  ///
  /// - Parameters:
  ///   - socket: A socket that has an address, which is taken over. A unix socket's file is removed
  ///     when the server closes, unless the options say otherwise.
  ///   - options: How it listens; the backlog, the start and the file of a unix socket count.
  ///   - makeProtocol: Makes a connection's protocol, a `StreamProtocol` or a `BufferedProtocol`.
  ///     What it throws goes to the exception handler, and the connection is closed.
  /// - Returns: The server, which closes it.
  /// - Throws: `IOError`.
  public func createServer(
    socket: Socket, options: ListenOptions = ListenOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line,
    @_inheritActorContext _ makeProtocol: @escaping Server.ProtocolFactory
  ) throws(IOError) -> Server {
    let site = CallSite(fileID, line)
    let listener = try listener(socket, options, at: site)
    return try serve([listener], options, at: site, service(at: site, makeProtocol))
  }

  /// Listens on a unix socket and lets a new protocol drive each connection.
  ///
  /// - Parameters:
  ///   - path: The socket's path, or `\0` and an abstract name. A socket that another has left
  ///     there is replaced; when the server closes, the file is removed if it is still its own.
  ///   - options: How it listens; the backlog, the start and the file count.
  ///   - makeProtocol: Makes a connection's protocol, a `StreamProtocol` or a `BufferedProtocol`.
  ///     What it throws goes to the exception handler, and the connection is closed.
  /// - Returns: The server, which closes it.
  /// - Throws: `IOError`.
  public func createUnixServer(
    path: String, options: ListenOptions = ListenOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line,
    @_inheritActorContext _ makeProtocol: @escaping Server.ProtocolFactory
  ) throws(IOError) -> Server {
    let site = CallSite(fileID, line)
    let listener = try listener(path: path, options, at: site)
    return try serve([listener], options, at: site, service(at: site, makeProtocol))
  }

  private func service(
    at site: CallSite, _ makeProtocol: @escaping Server.ProtocolFactory
  ) -> Server.Service {
    let factory = ProtocolFactory(makeProtocol)
    return .each { factory.start($0, at: site) }
  }
}

extension Server {
  /// Makes the protocol of a connection.
  ///
  /// Isolated as the place is where it is written. The protocol is called on the loop's thread.
  public typealias ProtocolFactory = @Sendable @isolated(any) () throws -> any ConnectionProtocol
}

/// What makes the protocols of a server, called where it belongs.
struct ProtocolFactory: Sendable {
  private let make: @Sendable () throws -> any ConnectionProtocol
  private let isolation: (any Actor)?

  init(_ make: @escaping Server.ProtocolFactory) {
    isolation = make.isolation
    // The same function: the caller calls it isolated as it has to be.
    self.make = unsafe unsafeBitCast(
      make, to: (@Sendable () throws -> any ConnectionProtocol).self)
  }

  /// Makes a new protocol, and lets it drive a connection.
  ///
  /// At once, unless it has to be made in an actor that may be elsewhere.
  func start(_ connection: Connection, at site: CallSite) {
    guard !connection.loop.keeps(isolation) else {
      return start(connection, isNew: true, at: site) { try make() }
    }
    let loop = connection.loop
    let peer = connection.peer.map { "client \($0)" } ?? "client"
    _ = loop.create(name: peer, group: nil, site: site.number, isolation: nil) {
      let made = await self.made(in: isolation)
      start(connection, isNew: false, at: site) { try made.get().value }
    }
  }

  private func start(
    _ connection: Connection, isNew: Bool, at site: CallSite,
    _ make: () throws -> any ConnectionProtocol
  ) {
    do {
      Transport.start(connection, try make(), isNew: isNew)
    } catch {
      connection.loop.report(
        ExceptionContext(
          message: "A protocol for \(connection.label) could not be made.", error: error,
          site: site.text))
      connection.abort()
    }
  }

  private func made(
    in isolation: isolated (any Actor)?
  ) async -> Result<Carried<any ConnectionProtocol>, any Error> {
    Result { Carried(try make()) }
  }
}
