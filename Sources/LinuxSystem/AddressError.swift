/// A host has no address.
public struct AddressError: Error, CustomStringConvertible {
  /// The host that was asked for.
  public var host: String
  /// The resolver's words for it.
  public var reason: String

  /// For people.
  public var description: String { "no address for “\(host)”: \(reason)" }
}
