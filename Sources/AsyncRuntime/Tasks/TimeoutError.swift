/// Something took longer than it was given.
public struct TimeoutError: Error, Equatable, CustomStringConvertible {
  /// Makes one.
  public init() {}

  /// For people.
  public var description: String { "timed out" }
}
