/// A host has no address, or an address no name.
public struct AddressError: Error, CustomStringConvertible {
  /// The host or address that was asked for.
  public var host: String
  /// The resolver's words for it.
  public var reason: String
  /// The resolver's number for it, as in `netdb.h`.
  public var code: CInt
  /// The file in which it was asked for; empty if that is not known.
  public var fileID = ""
  /// The line there.
  public var line: UInt32 = 0

  /// Makes an error as the resolver's, also for what stands in for it in tests.
  ///
  /// - Parameters:
  ///   - host: The host or address that was asked for.
  ///   - reason: The words for it.
  ///   - code: The number for it, as in `netdb.h`.
  public init(host: String, reason: String, code: CInt) {
    self.host = host
    self.reason = reason
    self.code = code
  }

  /// For people: `resolve example.org: Name or service not known (Client/Main.swift:12)`.
  public var description: String {
    let place = fileID.isEmpty ? "" : " (\(fileID):\(line))"
    return "resolve \(host): \(reason)\(place)"
  }
}
