/// Where a text stands in a field that is wider than it.
public enum TextAlignment: Hashable, Sendable {
  /// At the left.
  case left
  /// In the middle.
  case center
  /// At the right: for numbers.
  case right
}
