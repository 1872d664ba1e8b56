/// Which end of a text is lost when it doesn't fit.
public enum Truncation: Hashable, Sendable {
  /// The end: for names and sentences.
  case end
  /// The start: for paths, whose end says most.
  case start
  /// All but the first word, if little more than that fits, then the start of that: for a place, of
  /// which the function may be missing but not the line.
  case afterFirstWord
}
