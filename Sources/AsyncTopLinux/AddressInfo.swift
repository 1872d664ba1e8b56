/// One of the addresses that a resolver found.
public struct AddressInfo: Sendable {
  /// The family to make a socket of.
  public var family: AddressFamily
  /// The kind to make a socket of.
  public var kind: SocketKind
  /// The protocol's number, as `socket(2)` takes it.
  public var protocolNumber: CInt
  /// The host's official name, with the first address, if it was asked for.
  public var canonicalName: String?
  /// The address.
  public var address: SocketAddress
}
