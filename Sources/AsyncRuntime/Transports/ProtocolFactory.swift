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
    // The same function: who calls it sees to it that it is isolated as that is.
    self.make = unsafe unsafeBitCast(
      make, to: (@Sendable () throws -> any ConnectionProtocol).self)
  }

  /// Has a new protocol drive a connection.
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
