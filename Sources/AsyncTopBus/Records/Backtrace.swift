/// An async backtrace: where a suspended task and its callers go on.
public struct Backtrace: Hashable, Sendable {
  /// The addresses, innermost first.
  public var frames: [UInt64]
  /// Whether there are more, which are not known.
  public var isCut: Bool

  /// Makes one.
  public init(frames: [UInt64], isCut: Bool = false) {
    self.frames = frames
    self.isCut = isCut
  }
}
