import Glibc

/// What a resolver is asked for, getaddrinfo(3).
public struct AddressFlags: OptionSet, Sendable {
  /// The C library's bits.
  public var rawValue: CInt

  /// Flags by the C library's bits.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// `AI_PASSIVE`: no host means any address, for a listener.
  public static let passive = AddressFlags(rawValue: AI_PASSIVE)
  /// `AI_CANONNAME`: the host's official name too.
  public static let canonicalName = AddressFlags(rawValue: AI_CANONNAME)
  /// `AI_NUMERICHOST`: the host is an address as numbers; nothing is looked up.
  public static let numericHost = AddressFlags(rawValue: AI_NUMERICHOST)
  /// `AI_NUMERICSERV`: the service is a port as a number.
  public static let numericService = AddressFlags(rawValue: AI_NUMERICSERV)
  /// `AI_ADDRCONFIG`: only families of which this machine has an address.
  public static let configuredOnly = AddressFlags(rawValue: AI_ADDRCONFIG)
}
