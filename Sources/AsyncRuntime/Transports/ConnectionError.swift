/// No address of a host could be connected to.
public struct ConnectionError: Error, Sendable, CustomStringConvertible {
  /// Why, one for each address, in the order in which they were tried.
  public var errors: [IOError]

  /// Makes an error as the runtime throws it, for what stands in for a network in tests.
  ///
  /// - Parameter errors: Why, one for each address.
  public init(errors: [IOError]) {
    self.errors = errors
  }

  /// For people.
  public var description: String {
    errors.isEmpty ? "no address to connect to" : errors.map { "\($0)" }.joined(separator: "; ")
  }
}
