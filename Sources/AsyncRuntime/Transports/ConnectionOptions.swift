public import AsyncTopLinux

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
