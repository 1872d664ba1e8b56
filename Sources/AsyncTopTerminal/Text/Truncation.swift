/// Which end of a text is lost when it doesn't fit.
public enum Truncation: Hashable, Sendable {
  /// The end: for names and sentences.
  case end
  /// The start: for paths, whose end says most.
  case start
}
