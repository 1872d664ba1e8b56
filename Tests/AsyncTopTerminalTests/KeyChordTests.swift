import Testing
import AsyncTopTerminal

@Suite struct `A key chord` {
  @Test(arguments: [
    ("q", KeyChord("q")), ("Q", KeyChord("Q")), ("-", KeyChord("-")),
    ("C-c", KeyChord(.character("c"), .control)), ("C--", KeyChord(.character("-"), .control)),
    ("space", KeyChord(" ")), ("F5", KeyChord(.function(5))), ("S-right", KeyChord(.right, .shift)),
    ("C-A-S-pgup", KeyChord(.pageUp, [.control, .alt, .shift])),
    ("A-enter", KeyChord(.enter, .alt)),
    ("C-space", KeyChord(.character(" "), .control)), ("é", KeyChord("é")), ("F", KeyChord("F")),
  ])
  func `its text form reads back`(text: String, chord: KeyChord) throws {
    #expect(try KeyChord(text: text) == chord)
    #expect(chord.description == text)
  }

  @Test(arguments: ["", " ", "F0", "F13", "X-a", "S-a", "ctrl-c", "C-", "nokey", "\u{1B}[A"])
  func `what names no key is an error that shows what would`(text: String) {
    let error = #expect(throws: KeyChordError.self) { try KeyChord(text: text) }
    #expect(error?.description.contains("write for example") == true)
    #expect(error?.description.contains("\u{1B}") == false)
  }

  @Test func `only a character without modifiers is typed text`() {
    #expect(KeyChord("x").typedCharacter == "x")
    #expect(KeyChord(.character("x"), .control).typedCharacter == nil)
    #expect(KeyChord(.enter).typedCharacter == nil)
  }
}
