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
