public import AsyncTopLinux

// The sockets of servers, of streams and of protocols.
extension EventLoop {
  /// A server on sockets that have addresses.
  func serve(
    _ listeners: [Listener], _ options: ListenOptions, at site: CallSite,
    _ service: Server.Service
  ) throws(IOError) -> Server {
    let server = Server(listeners, on: self, at: site, service)
    do throws(IOError) {
      if options.startServing { try server.startServing() }
    } catch {
      server.close()
      throw error
    }
    return server
  }

  /// Sockets on all addresses of hosts.
  ///
  /// Addresses that the machine does not have are left out, unless none is left.
  nonisolated(nonsending)
    func listeners(
      _ hosts: [String?], _ port: UInt16, _ options: ListenOptions, at site: CallSite
    ) async throws -> [Listener]
  {
    var found: [SocketAddress] = []
    for host in hosts {
      let host = host == "" ? nil : host
      let some = try await addresses(
        of: host, port, family: options.family, flags: .passive, at: site)
      found += some.filter { !found.contains($0) }
    }
    var listeners: [Listener] = []
    var failure: IOError?
    for address in found {
      do throws(Errno) {
        listeners.append(try listener(address, options, at: site))
      } catch {
        failure = site.error(error, "listen", ConnectionLabel.listener(address))
        guard error == .addressNotAvailable || error == .familyNotSupported else {
          for listener in listeners { listener.close() }
          listeners = []
          break
        }
      }
    }
    if let failure, listeners.isEmpty { throw failure }
    return listeners
  }

  private func listener(
    _ address: SocketAddress, _ options: ListenOptions, at site: CallSite
  ) throws(Errno) -> Listener {
    let socket = try FileDescriptor.socket(address.family, .stream)
    if options.reuseAddress { try socket.setOption(.reuseAddress, to: 1) }
    if options.reusePort { try socket.setOption(.reusePort, to: 1) }
    if address.family == .ipv6 { try socket.setOption(.ipv6Only, to: 1) }
    try socket.bind(to: address)
    return try Listener(socket, options, on: self, at: site)
  }

  func listener(
    _ socket: Socket, _ options: ListenOptions, at site: CallSite
  ) throws(IOError) -> Listener {
    checkThread()
    let name = socket.name
    let path = options.cleanupSocket ? socket.localAddress?.path : nil
    let descriptor = try socket.handOver(.stream, site)
    do throws(Errno) {
      return try Listener(
        descriptor, socketFile: path.flatMap { SocketFile(path: $0) }, options, on: self, at: site)
    } catch {
      throw site.error(error, "listen", name)
    }
  }

  func listener(
    path: String, _ options: ListenOptions, at site: CallSite
  ) throws(IOError) -> Listener {
    checkThread()
    do throws(Errno) {
      let address = try SocketAddress(path: path)
      let socket = try FileDescriptor.socket(.unix, .stream)
      if path.utf8.first != 0 { SocketFile.removeStale(path) }
      try socket.bind(to: address)
      let file = options.cleanupSocket ? SocketFile(path: path) : nil
      return try Listener(socket, socketFile: file, options, on: self, at: site)
    } catch {
      throw site.error(error, "listen", "unix \(path)")
    }
  }
}

/// How a server listens.
public struct ListenOptions: Sendable {
  /// Only addresses of this family.
  public var family: AddressFamily?
  /// How many connections may wait to be accepted.
  public var backlog: Int
  /// Whether the address of a server that was closed may be used again at once.
  public var reuseAddress: Bool
  /// Whether several servers may listen on the address and share what comes in.
  public var reusePort: Bool
  /// Whether silent connections are probed from time to time.
  public var keepAlive: Bool
  /// Whether it listens at once; else from `startServing()` or `serveForever()` on.
  public var startServing: Bool
  /// Whether the file of a unix socket is removed when the server closes, if it is still its own.
  ///
  /// Not where someone else goes on to use it, such as the process that has made the socket.
  public var cleanupSocket: Bool

  /// The options of a server, most of which are rarely needed.
  ///
  /// - Parameters:
  ///   - family: Only addresses of this family.
  ///   - backlog: How many connections may wait to be accepted.
  ///   - reuseAddress: Whether the address may be used again at once.
  ///   - reusePort: Whether several servers may share the address.
  ///   - keepAlive: Whether silent connections are probed.
  ///   - startServing: Whether it listens at once.
  ///   - cleanupSocket: Whether the file of a unix socket is removed in the end.
  public init(
    family: AddressFamily? = nil, backlog: Int = 100, reuseAddress: Bool = true,
    reusePort: Bool = false, keepAlive: Bool = false, startServing: Bool = true,
    cleanupSocket: Bool = true
  ) {
    self.family = family
    self.backlog = backlog
    self.reuseAddress = reuseAddress
    self.reusePort = reusePort
    self.keepAlive = keepAlive
    self.startServing = startServing
    self.cleanupSocket = cleanupSocket
  }
}
