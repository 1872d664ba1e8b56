import Glibc

/// What kind of address a socket has.
public struct AddressFamily: RawRepresentable, Hashable, Sendable {
  /// The kernel's number, as `socket(2)` takes it.
  public var rawValue: CInt

  /// A family by the kernel's number.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// `AF_INET`: a 32-bit address and a port.
  public static let ipv4 = AddressFamily(rawValue: AF_INET)
  /// `AF_INET6`: a 128-bit address and a port.
  public static let ipv6 = AddressFamily(rawValue: AF_INET6)
  /// `AF_UNIX`: a path in the file system, an abstract name, or nothing.
  public static let unix = AddressFamily(rawValue: AF_UNIX)
}
