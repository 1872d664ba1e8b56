import Testing
import AsyncTopTerminal

@Suite struct `A text field` {
  func field(_ text: String, _ keys: String...) throws -> TextField {
    var field = TextField(text)
    for key in keys {
      let chord = try KeyChord(text: key)
      let isHandled = field.handle(chord)
      #expect(isHandled, "\(key) means something")
    }
    return field
  }

  @Test func `typing inserts at the cursor`() throws {
    let typed = try field("ac", "left", "b", "space")
    #expect(typed.text == "ab c")
    #expect(typed.cursor == 3)
  }

  @Test func `deleting takes one character, a word, or all to an end`() throws {
    #expect(try field("abc", "backspace").text == "ab")
    #expect(try field("abc", "home", "delete").text == "bc")
    #expect(try field("one two  ", "C-w").text == "one ")
    #expect(try field("one two", "A-b", "C-u").text == "two")
    #expect(try field("one two", "C-left", "C-k").text == "one ")
  }

  @Test func `at the ends nothing happens`() throws {
    #expect(try field("ab", "home", "backspace", "C-w", "C-u", "left").text == "ab")
    #expect(try field("ab", "delete", "C-k", "right", "C-right").text == "ab")
  }

  @Test func `the cursor moves by characters and words`() throws {
    #expect(try field("one two", "home", "C-right").cursor == 3)
    #expect(try field("one two", "C-a", "right").cursor == 1)
    #expect(try field("日本", "left").cursor == 1)
    #expect(try field("x", "home", "C-e").cursor == 1)
  }

  @Test func `keys that mean nothing to it are left to others`() {
    var field = TextField("a")
    for key: Key in [.enter, .escape, .tab, .up, .function(1)] {
      let isHandled = field.handle(KeyChord(key))
      #expect(!isHandled)
    }
    #expect(field.text == "a")
  }

  @Test func `pasted line breaks and controls become spaces`() {
    #expect(TextField("a\nb\r\nc\td\u{1B}[2J").text == "a b c d [2J")
  }

  @Test func `it holds so much and no more`() {
    var field = TextField(String(repeating: "x", count: 5_000))
    #expect(field.text.count == TextField.limit)
    field.insert("y")
    #expect(field.text.count == TextField.limit)
  }

  @Test func `it is drawn so that the cursor can be seen`() {
    let cursorStyle = Style(attributes: .reverse)
    func drawn(_ field: TextField) -> [(text: String, style: Style)] {
      CellGrid(size: Size(columns: 4, rows: 1)) {
        $0.textField(field, at: .zero, width: 4, style: .plain, cursorStyle: cursorStyle)
      }.styleRuns(inRow: 0)
    }
    #expect(drawn(TextField("abcdef")).map(\.text) == ["def", " "])
    #expect(drawn(TextField("ab")).map(\.text) == ["ab", " ", " "])
    #expect(drawn(TextField("日本語")).map(\.text) == [" 語", " "])
    #expect(drawn(TextField("abcdef")).last?.style == cursorStyle)
  }
}
