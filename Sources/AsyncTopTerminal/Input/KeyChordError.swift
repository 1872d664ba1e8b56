/// A text that names no key.
public struct KeyChordError: Error, Hashable, Sendable {
  /// The text.
  public let text: String
}

extension KeyChordError: CustomStringConvertible {
  /// What is wrong, and what would be right.
  public var description: String {
    "“\(SafeText.clean(text))” is not a key; "
      + "write for example q, C-r, F5, space, S-right or A-enter"
  }
}
