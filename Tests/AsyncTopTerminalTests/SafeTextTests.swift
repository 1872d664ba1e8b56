import Testing

@testable import AsyncTopTerminal

@Suite struct `Safe text` {
  static let hostile: [(text: String, drawn: String)] = [
    ("\u{1B}[2J\u{1B}]0;x\u{7}", "␛[2J␛]0;x␇"),
    ("a\nb\tc\rd\u{0}e\u{7F}", "a␊b␉c␍d␀e␡"),
    ("\u{9B}31mred\u{90}", "�31mred�"),
    ("user\u{202E}txt.exe\u{2066}\u{200E}", "user�txt.exe��"),
    ("a\u{200B}b\u{FEFF}c\u{2060}d\u{AD}e", "a�b�c�d�e"),
    ("\u{2028}\u{2029}\u{E0041}\u{3164}", "����"),
    ("\u{378}\u{10FFFF}", "��"),
    ("\u{301}first", "�first"),
    ("👨\u{200D}👩", "👨�👩"),
    ("❤\u{FE0F}", "❤"),
  ]

  @Test(arguments: hostile.indices)
  func `what could harm a terminal becomes something that can be seen`(index: Int) {
    let (text, drawn) = Self.hostile[index]
    #expect(SafeText.clean(text) == drawn)
  }

  @Test func `what is plain is drawn as it is, each scalar in one column`() {
    for value in 0x20...0x2FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "a\(scalar)"
      guard let columns = SafeText.columnsIfPlain(text) else { continue }
      let glyphs = Array(TextGlyphs(text))
      #expect(glyphs.reduce(0) { $0 + $1.width } == columns)
      #expect(glyphs.reduce("") { $0 + $1.description } == text)
    }
    for text in ["group “a” of 3", "1.2µs", "≤3s", "├─ main", "naïve"] {
      #expect(SafeText.columnsIfPlain(text) == text.unicodeScalars.count)
    }
    for text in ["a\n", "\u{7F}", "漢", "e\u{301}", "\u{AD}", "a\u{202E}b", "\u{85}"] {
      #expect(SafeText.columnsIfPlain(text) == nil)
    }
  }

  @Test func `no scalar is drawn as a control, a format character or nothing`() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for drawn in TextGlyphs("a" + String(scalar)).flatMap({ $0.description.unicodeScalars }) {
        switch drawn.properties.generalCategory {
        case .control, .format, .unassigned, .lineSeparator, .paragraphSeparator, .surrogate:
          Issue.record("U+\(String(value, radix: 16)) draws \(drawn.properties.generalCategory)")
        default: break
        }
      }
    }
  }

  @Test func `columns follow East Asian width and combining marks`() {
    #expect(SafeText.columns(of: "abc") == 3)
    #expect(SafeText.columns(of: "日本") == 4)
    #expect(SafeText.columns(of: "e\u{301}") == 1)
    #expect(SafeText.columns(of: "한") == 2)
    #expect(SafeText.columns(of: "\u{1112}\u{1161}\u{11AB}") == 2)
    #expect(SafeText.columns(of: "🚀") == 2)
    #expect(SafeText.columns(of: "") == 0)
  }

  @Test func `a base keeps two combining marks and no more`() {
    let glyphs = Array(TextGlyphs("e" + String(repeating: "\u{301}", count: 50) + "x"))
    #expect(glyphs.map { $0.description.unicodeScalars.count } == [3, 1])
  }

  @Test func `text that fits is not cut`() {
    #expect(SafeText.truncated("abc", to: 3) == "abc")
    #expect(SafeText.truncated("", to: 3) == "")
    #expect(SafeText.truncated("日本", to: 4) == "日本")
    #expect(SafeText.truncated("a/b", to: 3, truncation: .start) == "a/b")
  }

  @Test func `cutting never exceeds the columns and marks the place`() {
    #expect(SafeText.truncated("abcd", to: 3) == "ab…")
    #expect(SafeText.truncated("日本語", to: 4) == "日…")
    #expect(SafeText.truncated("日本語", to: 5) == "日本…")
    #expect(SafeText.truncated("abcd", to: 1) == "…")
    #expect(SafeText.truncated("abcd", to: 0) == "")
    #expect(SafeText.truncated("/usr/lib", to: 4, truncation: .start) == "…lib")
    #expect(SafeText.truncated("日本語", to: 4, truncation: .start) == "…語")
  }

  @Test func `a place keeps its line before its function`() {
    func cut(_ text: String, _ columns: Int) -> String {
      SafeText.truncated(text, to: columns, truncation: .afterFirstWord)
    }
    #expect(cut("a.swift:12 run()", 16) == "a.swift:12 run()")
    #expect(cut("a.swift:12 run()", 15) == "a.swift:12 run…")
    #expect(cut("a.swift:12 run()", 13) == "a.swift:12")
    #expect(cut("a.swift:12 run()", 9) == "…swift:12")
    #expect(cut("a.swift:12", 9) == "…swift:12")
    #expect(cut("run()", 5) == "run()")
    #expect(cut("", 5) == "")
  }

  @Test func `the ellipsis can be ASCII`() {
    #expect(SafeText.truncated("abcd", to: 3, ellipsis: GlyphSet.ascii.ellipsis) == "ab~")
  }

  @Test func `a number is cut out whole, since a part of one is another number`() {
    #expect(SafeText.truncated("task 123456 waits", to: 9) == "task …")
    #expect(SafeText.truncated("task 123456 waits", to: 11) == "task …")
    #expect(SafeText.truncated("task 123456 waits", to: 12) == "task 123456…")
    #expect(SafeText.truncated("123456", to: 5) == "…")
    #expect(SafeText.truncated("123456", to: 6) == "123456")
    #expect(SafeText.truncated("file.swift:1234", to: 3, truncation: .start) == "…")
    #expect(SafeText.truncated("file.swift:1234", to: 5, truncation: .start) == "…1234")
    #expect(SafeText.truncated("v12/a.swift:7", to: 12, truncation: .start) == "…/a.swift:7")
  }
}
