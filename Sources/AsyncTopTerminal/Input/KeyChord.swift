/// One key with its modifiers: what is pressed, and what a key map maps.
///
/// Its text form is for people and key maps: `q`, `C-c`, `F5`, `space`, `S-right`, `A-enter`.
public struct KeyChord: Hashable, Sendable {
  /// The key.
  public let key: Key
  /// What is held with it.
  public let modifiers: KeyModifiers

  /// Makes a chord.
  public init(_ key: Key, _ modifiers: KeyModifiers = []) {
    self.key = key
    self.modifiers = modifiers
  }

  /// Makes the chord of a character that is typed by itself.
  public init(_ character: Character) {
    self.init(.character(character))
  }

  /// The character, if it is one that is typed and not a command.
  public var typedCharacter: Character? {
    guard case .character(let character) = key, modifiers.isEmpty else { return nil }
    return character
  }
}
