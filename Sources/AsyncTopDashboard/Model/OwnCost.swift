/// What the dashboard itself costs.
public struct OwnCost: Hashable, Sendable {
  /// Nanoseconds for the last snapshot.
  public var sample: UInt64
  /// Nanoseconds for the last picture.
  public var frame: UInt64

  /// Makes a cost.
  public init(sample: UInt64 = 0, frame: UInt64 = 0) {
    self.sample = sample
    self.frame = frame
  }
}
