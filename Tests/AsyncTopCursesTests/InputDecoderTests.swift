import AsyncTopTerminal
import Testing

@testable import AsyncTopCurses

@Suite struct `The input decoder` {
  /// All items of some bytes, in one piece.
  func items(_ text: String) -> [InputDecoder.Item] {
    var decoder = InputDecoder()
    decoder.feed(text.utf8)
    var items: [InputDecoder.Item] = []
    while let item = decoder.next() { items.append(item) }
    return items
  }

  /// The keys among them, by name.
  func keys(_ text: String) -> [String] {
    items(text).map { item in
      guard case .event(.key(let chord)) = item else { return "?" }
      return chord.description
    }
  }

  @Test(arguments: [
    ("q", "q"), ("é", "é"), ("日", "日"), (" ", "space"), ("\r", "enter"), ("\n", "enter"),
    ("\t", "tab"), ("\u{7F}", "backspace"), ("\u{8}", "backspace"), ("\u{3}", "C-c"),
    ("\u{1A}", "C-z"), ("\u{0}", "C-space"), ("\u{1C}", "C-\\"), ("\u{1B}[A", "up"),
    ("\u{1B}OA", "up"), ("\u{1B}[1;5C", "C-right"), ("\u{1B}[1;2D", "S-left"), ("\u{1B}OH", "home"),
    ("\u{1B}[1~", "home"), ("\u{1B}[7~", "home"), ("\u{1B}[F", "end"), ("\u{1B}[4~", "end"),
    ("\u{1B}[2~", "insert"), ("\u{1B}[3~", "delete"), ("\u{1B}[5~", "pgup"), ("\u{1B}[6~", "pgdn"),
    ("\u{1B}[Z", "S-tab"), ("\u{1B}OP", "F1"), ("\u{1B}[11~", "F1"), ("\u{1B}[[A", "F1"),
    ("\u{1B}[15~", "F5"), ("\u{1B}[[E", "F5"), ("\u{1B}[24~", "F12"), ("\u{1B}[24;2~", "S-F12"),
    ("\u{1B}[1;2P", "S-F1"), ("\u{1B}x", "A-x"), ("\u{1B}é", "A-é"), ("\u{1B}\r", "A-enter"),
    ("\u{1B}\u{7F}", "A-backspace"), ("\u{1B}[27;5;9~", "C-tab"), ("\u{1B}[97;5u", "C-a"),
    ("\u{1B}[13;2u", "S-enter"), ("\u{1B}[27u", "esc"), ("\u{1B}OM", "enter"),
  ])
  func `knows the keys of many terminals`(bytes: String, name: String) {
    #expect(keys(bytes) == [name])
  }

  @Test(arguments: [
    "\u{1B}[I", "\u{1B}[O", "\u{1B}[?1;2c", "\u{1B}[>0;276;0c", "\u{1B}[99~", "\u{1B}[1;2;3z",
    "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}]0;q\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\",
    "\u{1B}[57441;5u", "\u{1B}[<35;3;4M", "\u{1B}[<66;3;4M", "\u{1B}[<0;3M",
  ])
  func `passes over what it does not know, and never takes it for typing`(bytes: String) {
    #expect(keys(bytes + "x") == ["x"])
  }

  @Test func `what is not UTF-8 is passed over`() {
    var decoder = InputDecoder()
    decoder.feed([0xFF, 0xC3, 0x28, 0xE6, 0x97, 0x61])
    var keys: [String] = []
    while case .event(.key(let chord))? = decoder.next() { keys.append(chord.description) }
    #expect(keys == ["(", "a"])
  }

  @Test func `the mouse has a place, buttons, a wheel and modifiers`() {
    #expect(
      items("\u{1B}[<0;10;12M\u{1B}[<0;10;12m\u{1B}[<64;300;1M\u{1B}[<65;1;1M\u{1B}[<18;2;2M")
        == [
          MouseEvent(.press, at: Point(column: 9, row: 11)),
          MouseEvent(.release, at: Point(column: 9, row: 11)),
          MouseEvent(.wheelUp, at: Point(column: 299, row: 0)),
          MouseEvent(.wheelDown, at: Point(column: 0, row: 0)),
          MouseEvent(
            .press, button: .right, at: Point(column: 1, row: 1), modifiers: .control),
        ].map { .event(.mouse($0)) })
    #expect(
      items("\u{1B}[M !!\u{1B}[M#!!")
        == [MouseEvent(.press, at: .zero), MouseEvent(.release, at: .zero)]
        .map { .event(.mouse($0)) })
  }

  @Test func `a paste is one event, whatever is in it`() {
    let pasted = "q\r\n\u{1B}[A\u{1B}[20~日"
    #expect(
      items("a\u{1B}[200~\(pasted)\u{1B}[201~b")
        == [
          .event(.key(KeyChord("a"))), .event(.paste(pasted)), .event(.key(KeyChord("b"))),
        ])
  }

  @Test func `a huge paste is cut`() {
    let pasted = String(repeating: "x", count: InputDecoder.pasteLimit + 10)
    guard case .event(.paste(let text))? = items("\u{1B}[200~\(pasted)\u{1B}[201~").first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == InputDecoder.pasteLimit)
  }

  @Test func `a paste that does not end is ended by time`() {
    var decoder = InputDecoder()
    decoder.feed(Array("\u{1B}[200~some\u{1B}[20".utf8))
    #expect(decoder.next() == nil)
    #expect(decoder.patience == InputDecoder.pasteDelay)
    #expect(decoder.decide() == .event(.paste("some\u{1B}[20")))
    #expect(decoder.patience == nil)
    decoder.feed([0x71])
    #expect(decoder.next() == .event(.key(KeyChord("q"))))
  }

  @Test func `an answer about a mode is told apart from keys`() {
    #expect(items("\u{1B}[?2026;2$y") == [.modeReport(mode: 2026, state: 2)])
  }

  @Test func `escape is decided by what follows, or by time`() {
    var decoder = InputDecoder()
    decoder.feed([0x1B])
    #expect(decoder.next() == nil)
    #expect(decoder.patience == InputDecoder.escapeDelay)
    #expect(decoder.decide() == .event(.key(KeyChord(.escape))))
    #expect(decoder.patience == nil)
    decoder.feed([0x1B])
    decoder.feed(Array("[".utf8))
    #expect(decoder.next() == nil)
    decoder.feed(Array("A".utf8))
    #expect(decoder.next() == .event(.key(KeyChord(.up))))
    decoder.feed(Array("\u{1B}]".utf8))
    #expect(decoder.next() == nil)
    #expect(decoder.decide() == .event(.key(KeyChord(.character("]"), .alt))))
    decoder.feed(Array("\u{1B}[1;".utf8))
    #expect(decoder.next() == nil)
    #expect(decoder.decide() == nil)
    #expect(decoder.patience == nil)
    #expect(keys("\u{1B}\u{1B}[A") == ["esc", "up"])
  }

  @Test func `where the bytes are cut makes no difference`() {
    let text = "a\u{1B}[1;5C日\u{1B}[<0;10;12M\u{1B}[200~x\u{1B}[20y\u{1B}[201~\u{1B}[?2026;1$yz"
    let whole = items(text)
    #expect(whole.count == 7)
    for cut in 1..<text.utf8.count {
      var decoder = InputDecoder()
      var items: [InputDecoder.Item] = []
      for part in [text.utf8.prefix(cut), text.utf8.dropFirst(cut)] {
        decoder.feed(part)
        while let item = decoder.next() { items.append(item) }
      }
      #expect(items == whole, "cut at \(cut)")
    }
  }

  @Test func `noise ends, and what follows it is understood`() {
    var seed: UInt64 = 1
    func random() -> UInt8 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: seed >> 56)
    }
    for _ in 0..<5_000 {
      var decoder = InputDecoder()
      decoder.feed((0..<40).map { _ in [0x1B, 0x5B, random(), random()][Int(random() & 3)] })
      while decoder.next() != nil {}
      _ = decoder.decide()
      #expect(decoder.pasted == nil)
      decoder.feed([0x71])
      #expect(decoder.next() == .event(.key(KeyChord("q"))))
    }
  }
}
