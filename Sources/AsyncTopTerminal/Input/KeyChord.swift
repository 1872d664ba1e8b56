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

extension KeyChord: CustomStringConvertible {
  /// The text form, which ``init(text:)`` reads.
  public var description: String {
    var text = ""
    if modifiers.contains(.control) { text += "C-" }
    if modifiers.contains(.alt) { text += "A-" }
    if modifiers.contains(.shift) { text += "S-" }
    return text + KeyChord.name(of: key)
  }

  /// Reads the text form.
  ///
  /// - Parameter text: `C-`, `A-` and `S-` (control, alt, shift) before a character or the name of
  ///   a key: `space`, `enter`, `esc`, `tab`, `backspace`, `delete`, `insert`, `home`, `end`,
  ///   `pgup`, `pgdn`, `up`, `down`, `left`, `right`, `F1` to `F12`. `S-` goes with named keys
  ///   only: the shift of a character is in the character.
  /// - Throws: ``KeyChordError`` that says what is wrong.
  public init(text: String) throws(KeyChordError) {
    var rest = Substring(text)
    var modifiers: KeyModifiers = []
    while rest.count > 2, rest.dropFirst().first == "-" {
      switch rest.first {
      case "C": modifiers.insert(.control)
      case "A": modifiers.insert(.alt)
      case "S": modifiers.insert(.shift)
      default: throw KeyChordError(text: text)
      }
      rest = rest.dropFirst(2)
    }
    guard let key = KeyChord.key(named: String(rest)) else { throw KeyChordError(text: text) }
    if case .character = key, modifiers.contains(.shift), rest.count == 1 {
      throw KeyChordError(text: text)
    }
    self.init(key, modifiers)
  }

  private static let names: [(name: String, key: Key)] = [
    ("space", .character(" ")), ("enter", .enter), ("esc", .escape), ("tab", .tab),
    ("backspace", .backspace), ("delete", .delete), ("insert", .insert), ("home", .home),
    ("end", .end), ("pgup", .pageUp), ("pgdn", .pageDown), ("up", .up), ("down", .down),
    ("left", .left), ("right", .right),
  ]

  private static func name(of key: Key) -> String {
    if let named = names.first(where: { $0.key == key }) { return named.name }
    switch key {
    case .function(let number): return "F\(number)"
    case .character(let character): return String(character)
    default: return ""
    }
  }

  private static func key(named name: String) -> Key? {
    if let named = names.first(where: { $0.name == name.lowercased() }) { return named.key }
    if name.count > 1, name.first == "F" || name.first == "f", let number = Int(name.dropFirst()) {
      return (1...12).contains(number) ? .function(number) : nil
    }
    guard name.count == 1, let character = name.first, character != " " else { return nil }
    return .character(character)
  }
}

/// What a key means, without its modifiers.
public enum Key: Hashable, Sendable {
  /// A character, as typed: `A` and `a` are two keys, and neither carries ``KeyModifiers/shift``.
  case character(Character)
  /// F1 and following, counted from 1.
  case function(Int)
  /// The arrow up.
  case up
  /// The arrow down.
  case down
  /// The arrow to the left.
  case left
  /// The arrow to the right.
  case right
  /// To the start.
  case home
  /// To the end.
  case end
  /// A page up.
  case pageUp
  /// A page down.
  case pageDown
  /// Insert.
  case insert
  /// Delete what follows the cursor.
  case delete
  /// Delete what precedes the cursor.
  case backspace
  /// Tab; with ``KeyModifiers/shift`` it goes backwards.
  case tab
  /// Return.
  case enter
  /// Escape.
  case escape
}

/// The keys that are held while another is pressed.
public struct KeyModifiers: OptionSet, Hashable, Sendable {
  /// One bit for each modifier.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Shift; never set with a character, whose case says it already.
  public static let shift = KeyModifiers(rawValue: 1)
  /// Alt, or Meta.
  public static let alt = KeyModifiers(rawValue: 2)
  /// Control.
  public static let control = KeyModifiers(rawValue: 4)
}

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
