/// One line of text that is being typed.
public struct TextField: Hashable, Sendable {
  /// The most characters a field holds; what is typed or pasted beyond is dropped.
  public static let limit = 1_000

  private var characters: [Character]
  /// How many characters stand before the cursor.
  public private(set) var cursor: Int

  /// Makes a field with a text, and the cursor behind it.
  public init(_ text: String = "") {
    characters = []
    cursor = 0
    insert(text)
  }

  /// The text.
  public var text: String { String(characters) }

  /// True if there is no text.
  public var isEmpty: Bool { characters.isEmpty }

  /// Inserts a text at the cursor; what it has of line breaks, tabs and controls becomes spaces.
  public mutating func insert(_ text: String) {
    let room = TextField.limit - characters.count
    let added = text.prefix(max(0, room)).map { character in
      character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        ? " " : character
    }
    characters.insert(contentsOf: added, at: cursor)
    cursor += added.count
  }

  /// Does what a key does in a text field.
  ///
  /// Besides the keys that have the names of what they do: `C-a`, `C-e` (start, end), `C-w`,
  /// `A-backspace` (delete the word before), `C-u`, `C-k` (delete to the start, to the end),
  /// `C-left`, `C-right`, `A-b`, `A-f` (move by a word).
  ///
  /// - Returns: False if the key means nothing to a field, as `enter` and `esc`.
  public mutating func handle(_ chord: KeyChord) -> Bool {
    if let character = chord.typedCharacter {
      insert(String(character))
      return true
    }
    return edit(chord) || move(chord)
  }

  private mutating func edit(_ chord: KeyChord) -> Bool {
    switch (chord.key, chord.modifiers) {
    case (.backspace, []), (.character("h"), .control): delete(from: cursor - 1, to: cursor)
    case (.delete, []), (.character("d"), .control): delete(from: cursor, to: cursor + 1)
    case (.character("w"), .control), (.backspace, .alt), (.backspace, .control):
      delete(from: wordStart, to: cursor)
    case (.character("u"), .control): delete(from: 0, to: cursor)
    case (.character("k"), .control): delete(from: cursor, to: characters.count)
    default: return false
    }
    return true
  }

  private mutating func move(_ chord: KeyChord) -> Bool {
    switch (chord.key, chord.modifiers) {
    case (.left, []), (.character("b"), .control): cursor = max(0, cursor - 1)
    case (.right, []), (.character("f"), .control): cursor = min(characters.count, cursor + 1)
    case (.left, .control), (.character("b"), .alt): cursor = wordStart
    case (.right, .control), (.character("f"), .alt): cursor = wordEnd
    case (.home, []), (.character("a"), .control): cursor = 0
    case (.end, []), (.character("e"), .control): cursor = characters.count
    default: return false
    }
    return true
  }

  private mutating func delete(from start: Int, to end: Int) {
    let range = max(0, start)..<max(0, min(end, characters.count))
    guard !range.isEmpty else { return }
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  /// Where the word before the cursor starts.
  private var wordStart: Int {
    var place = cursor
    while place > 0, characters[place - 1] == " " { place -= 1 }
    while place > 0, characters[place - 1] != " " { place -= 1 }
    return place
  }

  /// Where the word after the cursor ends.
  private var wordEnd: Int {
    var place = cursor
    while place < characters.count, characters[place] == " " { place += 1 }
    while place < characters.count, characters[place] != " " { place += 1 }
    return place
  }

  /// The text before the cursor, for drawing.
  var beforeCursor: String { String(characters[..<cursor]) }
  /// The text from the cursor on, for drawing.
  var afterCursor: String { String(characters[cursor...]) }
}

extension Canvas {
  /// Draws a text field, shifted so that the cursor can be seen.
  ///
  /// - Parameters:
  ///   - field: The field.
  ///   - point: Where it starts.
  ///   - width: Its cells; all are drawn.
  ///   - style: How the text is drawn.
  ///   - cursorStyle: How the cell under the cursor is drawn.
  public mutating func textField(
    _ field: TextField, at point: Point, width: Int, style: Style, cursorStyle: Style
  ) {
    let before = SafeText.columns(of: field.beforeCursor)
    let underCursor = TextGlyphs(field.afterCursor).first { _ in true } ?? .space
    let shift = max(0, before + underCursor.width - width)
    inside(Rect(column: point.column, row: point.row, columns: width, rows: 1)) { line in
      line.fill(style: style)
      line.write(
        field.beforeCursor + field.afterCursor, at: Point(column: -shift, row: 0), style: style)
      line.put(underCursor, at: Point(column: before - shift, row: 0), style: cursorStyle)
    }
  }
}
