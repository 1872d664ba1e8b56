import Glibc

/// How a resolver names an address, getnameinfo(3).
public struct NameFlags: OptionSet, Sendable {
  /// The C library's bits.
  public var rawValue: CInt

  /// Flags by the C library's bits.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// `NI_NUMERICHOST`: the host as numbers; nothing is looked up.
  public static let numericHost = NameFlags(rawValue: NI_NUMERICHOST)
  /// `NI_NUMERICSERV`: the port as a number.
  public static let numericService = NameFlags(rawValue: NI_NUMERICSERV)
  /// `NI_NAMEREQD`: an error if the host has no name.
  public static let nameRequired = NameFlags(rawValue: NI_NAMEREQD)
  /// `NI_DGRAM`: the service of the port for datagrams, where that is another.
  public static let datagram = NameFlags(rawValue: NI_DGRAM)
}
