import AsyncTopBus
public import AsyncTopLinux

// What the resolver is asked and answers is part of the interface.
@_exported public import struct AsyncTopLinux.AddressError
@_exported public import struct AsyncTopLinux.AddressFamily
@_exported public import struct AsyncTopLinux.AddressFlags
@_exported public import struct AsyncTopLinux.AddressInfo
@_exported public import struct AsyncTopLinux.NameFlags
@_exported public import struct AsyncTopLinux.SocketAddress
@_exported public import struct AsyncTopLinux.SocketKind

extension EventLoop {
  /// Asks the resolver for the addresses of a host and a service, on a thread that does only that.
  ///
  /// - Parameters:
  ///   - host: A name or an address; nil means this machine.
  ///   - service: A port as a number or a service's name; nil means port 0.
  ///   - family: Only addresses of this one.
  ///   - kind: Only for sockets of this one; nil means any.
  ///   - protocolNumber: Only for this protocol; 0 means any.
  ///   - flags: What else is asked for.
  /// - Returns: At least one address, in the order in which they should be tried.
  /// - Throws: `AddressError`; `CancellationError` at once if the task is cancelled, while the
  ///   lookup goes on and its answer is dropped.
  public nonisolated(nonsending) func getaddrinfo(
    _ host: String?, _ service: String?, family: AddressFamily? = nil,
    kind: SocketKind? = .stream, protocolNumber: Int32 = 0, flags: AddressFlags = [],
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [AddressInfo] {
    if isAway(#isolation) {
      return try await atHome {
        try await self.getaddrinfo(
          host, service, family: family, kind: kind, protocolNumber: protocolNumber, flags: flags,
          fileID: fileID, line: line)
      }
    }
    let name = "\(host ?? "")\(service.map { ":\($0)" } ?? "")"
    return try await resolve(name, at: CallSite(fileID, line)) { () throws(AddressError) in
      try Resolver.addresses(
        of: host, service: service, family: family, kind: kind, protocolNumber: protocolNumber,
        flags: flags)
    }
  }

  /// Asks the resolver for the names of a host and a service, on a thread that is only for that.
  ///
  /// - Parameters:
  ///   - address: An IP address.
  ///   - flags: How they are named.
  /// - Returns: Both; what has no name is a number.
  /// - Throws: `AddressError`; `CancellationError` at once if the task is cancelled, while the
  ///   lookup goes on and its answer is dropped.
  public nonisolated(nonsending) func getnameinfo(
    _ address: SocketAddress, flags: NameFlags = [],
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (host: String, service: String) {
    if isAway(#isolation) {
      return try await atHome {
        try await self.getnameinfo(address, flags: flags, fileID: fileID, line: line)
      }
    }
    return try await resolve("\(address)", at: CallSite(fileID, line)) {
      () throws(AddressError) in try Resolver.names(of: address, flags: flags)
    }
  }

  nonisolated(nonsending)
    private func resolve<Answer: Sendable>(
      _ name: String, at site: CallSite,
      _ ask: @escaping @Sendable () throws(AddressError) -> Answer
    ) async throws -> Answer
  {
    try await callBlocking(.resolver, "resolve \(name)", in: resolver(for: site), at: site) {
      Result { () throws(AddressError) in try ask() }
    }.mapError { $0.asked(at: site) }.get()
  }

  // At the same time; each waits for the network for some seconds at worst.
  private static let mostLookUps = 32

  // Not the default executor, whose threads may all be blocked by what the program does there.
  private func resolver(for site: CallSite) -> ThreadPool {
    if let pool = threadPools.resolver { return pool }
    let pool = ThreadPool(
      name: "resolver", threadLimit: Self.mostLookUps, fileID: site.fileID, line: site.line)
    threadPools.resolver = pool
    return pool
  }

  /// The addresses to try for a host and a port.
  ///
  /// Numbers are not asked for on another thread.
  nonisolated(nonsending)
    func addresses(
      of host: String?, _ port: UInt16, family: AddressFamily?, kind: SocketKind = .stream,
      flags: AddressFlags = [], at site: CallSite
    ) async throws -> [SocketAddress]
  {
    if let host, let address = SocketAddress(host, port: port) {
      return family == nil || family == address.family ? [address] : []
    }
    let service = String(port)
    let flags = flags.union(.numericService)
    guard let host else {
      do throws(AddressError) {
        return try Resolver.addresses(
          of: nil, service: service, family: family, kind: kind, flags: flags
        ).map(\.address)
      } catch {
        throw error.asked(at: site)
      }
    }
    return try await getaddrinfo(
      host, service, family: family, kind: kind, flags: flags, fileID: site.fileID,
      line: site.line
    ).map(\.address)
  }
}

extension AddressError {
  fileprivate func asked(at site: CallSite) -> AddressError {
    var error = self
    (error.fileID, error.line) = ("\(site.fileID)", site.line)
    return error
  }
}
