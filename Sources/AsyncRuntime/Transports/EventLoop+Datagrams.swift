public import AsyncTopLinux

extension EventLoop {
  /// Makes an endpoint for UDP and lets a protocol drive it.
  ///
  /// The first pair of addresses that can be bound and connected is taken.
  ///
  /// - Parameters:
  ///   - local: The host, nil for any address, and the port, 0 for any, that it receives at; none
  ///     for any of both.
  ///   - remote: The host and the port that it is connected to: it sends only there, and receives
  ///     only from there.
  ///   - options: How it is made.
  ///   - makeProtocol: Makes the protocol.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `AddressError`; `IOError`, of the first pair of addresses; `CancellationError`.
  @discardableResult
  public nonisolated(nonsending) func createDatagramEndpoint<Made: DatagramProtocol>(
    local: (host: String?, port: UInt16)? = nil, remote: (host: String, port: UInt16)? = nil,
    options: DatagramOptions = DatagramOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line, _ makeProtocol: () throws -> Made
  ) async throws -> (transport: DatagramTransport, protocol: Made) {
    let site = CallSite(fileID, line)
    let (locals, remotes) =
      isAway(#isolation)
      ? try await atHome { try await self.endpoints(local, remote, options.family, at: site) }
      : try await endpoints(local, remote, options.family, at: site)
    var failure: IOError?
    for local in locals {
      for remote in remotes
      where local == nil || remote == nil || local?.family == remote?.family {
        let socket: FileDescriptor
        do throws(IOError) {
          socket = try datagramSocket(local, remote, options, at: site)
        } catch {
          failure = failure ?? error
          continue
        }
        return try await startAnywhere(socket, peer: remote, at: site, makeProtocol)
      }
    }
    throw failure ?? site.error(.familyNotSupported, "bind", "udp")
  }

  // The addresses to try, on both sides; nil for none.
  nonisolated(nonsending)
    private func endpoints(
      _ local: (host: String?, port: UInt16)?, _ remote: (host: String, port: UInt16)?,
      _ family: AddressFamily?, at site: CallSite
    ) async throws -> ([SocketAddress?], [SocketAddress?])
  {
    var locals: [SocketAddress?] = [nil]
    if let local {
      locals = try await addresses(
        of: local.host, local.port, family: family, kind: .datagram, flags: .passive, at: site)
    }
    var remotes: [SocketAddress?] = [nil]
    if let remote {
      remotes = try await addresses(
        of: remote.host, remote.port, family: family, kind: .datagram, at: site)
    }
    return (locals, remotes)
  }

  /// Makes a unix socket for messages and lets a protocol drive it.
  ///
  /// - Parameters:
  ///   - localPath: The path that it receives at, or `\0` and an abstract name. A socket that
  ///     another has left there is replaced.
  ///   - remotePath: The path of the one that it is connected to.
  ///   - makeProtocol: Makes the protocol.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`.
  @discardableResult
  public func createUnixDatagramEndpoint<Made: DatagramProtocol>(
    localPath: String? = nil, remotePath: String? = nil,
    fileID: StaticString = #fileID, line: UInt32 = #line, _ makeProtocol: () throws -> Made
  ) throws -> (transport: DatagramTransport, protocol: Made) {
    checkThread()
    let site = CallSite(fileID, line)
    let local = try localPath.map { path throws(IOError) in try unixAddress(path, at: site) }
    let remote = try remotePath.map { path throws(IOError) in try unixAddress(path, at: site) }
    if let localPath, localPath.utf8.first != 0 { SocketFile.removeStale(localPath) }
    let socket = try datagramSocket(local, remote, DatagramOptions(family: .unix), at: site)
    return try endpoint(socket, peer: remote, at: site, makeProtocol)
  }

  /// Lets a protocol drive a datagram socket that was made elsewhere.
  ///
  /// - Parameters:
  ///   - socket: The socket, which is taken over.
  ///   - makeProtocol: Makes the protocol.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`, `badDescriptor` if the socket is closed, `wrongSocketKind` if it carries
  ///   no datagrams; it stays the caller's then.
  @discardableResult
  public func createDatagramEndpoint<Made: DatagramProtocol>(
    socket: Socket, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ makeProtocol: () throws -> Made
  ) throws -> (transport: DatagramTransport, protocol: Made) {
    checkThread()
    let site = CallSite(fileID, line)
    let peer = socket.peerAddress
    return try endpoint(try socket.handOver(.datagram, site), peer: peer, at: site, makeProtocol)
  }

  private func unixAddress(_ path: String, at site: CallSite) throws(IOError) -> SocketAddress {
    do throws(Errno) {
      return try SocketAddress(path: path)
    } catch {
      throw site.error(error, "bind", "unix \(path)")
    }
  }

  private func datagramSocket(
    _ local: SocketAddress?, _ remote: SocketAddress?, _ options: DatagramOptions,
    at site: CallSite
  ) throws(IOError) -> FileDescriptor {
    var step = "socket"
    do throws(Errno) {
      let family = local?.family ?? remote?.family ?? options.family ?? .ipv4
      let socket = try FileDescriptor.socket(family, .datagram)
      if options.reusePort { try socket.setOption(.reusePort, to: 1) }
      if options.allowBroadcast { try socket.setOption(.broadcast, to: 1) }
      step = "bind"
      if let local { try socket.bind(to: local) }
      step = "connect"
      if let remote { _ = try socket.connect(to: remote) }
      return socket
    } catch {
      let address = step == "connect" ? remote : local ?? remote
      throw site.error(error, step, "datagram \(address.map { "\($0)" } ?? "socket")")
    }
  }

  // Where an actor runs on another thread, the protocol is made there, and started on the loop.
  nonisolated(nonsending)
    private func startAnywhere<Made: DatagramProtocol>(
      _ socket: consuming FileDescriptor, peer: SocketAddress?, at site: CallSite,
      _ makeProtocol: () throws -> Made
    ) async throws -> (transport: DatagramTransport, protocol: Made)
  {
    if isOnThread { return try endpoint(socket, peer: peer, at: site, makeProtocol) }
    let made = try makeProtocol()
    let carried = Carried<any DatagramProtocol>(made)
    let number = socket.take()
    let transport = try await atHome {
      try self.transport(FileDescriptor(owning: number), carried.value, peer: peer, at: site)
    }
    return (transport, made)
  }

  private func endpoint<Made: DatagramProtocol>(
    _ socket: consuming FileDescriptor, peer: SocketAddress?, at site: CallSite,
    _ makeProtocol: () throws -> Made
  ) throws -> (transport: DatagramTransport, protocol: Made) {
    let made = try makeProtocol()
    return (try transport(socket, made, peer: peer, at: site), made)
  }

  private func transport(
    _ socket: consuming FileDescriptor, _ receiver: any DatagramProtocol, peer: SocketAddress?,
    at site: CallSite
  ) throws(IOError) -> DatagramTransport {
    do throws(Errno) {
      return try DatagramTransport(socket, receiver, peer: peer, on: self, at: site)
    } catch {
      throw site.error(error, "watch", "datagram socket")
    }
  }
}

/// How a datagram endpoint is made.
public struct DatagramOptions: Sendable {
  /// Only addresses of this family.
  public var family: AddressFamily?
  /// Whether several endpoints may have the address and share what comes in.
  public var reusePort: Bool
  /// Whether it may send to everyone in a network.
  public var allowBroadcast: Bool

  /// The options of a datagram endpoint, all of which are rarely needed.
  ///
  /// - Parameters:
  ///   - family: Only addresses of this family.
  ///   - reusePort: Whether several endpoints may have the address.
  ///   - allowBroadcast: Whether it may send to everyone in a network.
  public init(
    family: AddressFamily? = nil, reusePort: Bool = false, allowBroadcast: Bool = false
  ) {
    self.family = family
    self.reusePort = reusePort
    self.allowBroadcast = allowBroadcast
  }
}
