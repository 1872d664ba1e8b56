public import AsyncTopLinux

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
