public import AsyncTopLinux

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
