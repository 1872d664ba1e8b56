/// A barrier was aborted or reset, so that those it is for will not come together.
public struct BrokenBarrierError: Error, CustomStringConvertible {
  /// For people.
  public var description: String { "the barrier was aborted or reset" }
}
