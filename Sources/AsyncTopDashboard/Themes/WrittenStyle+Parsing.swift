import AsyncTopTerminal

extension WrittenStyle {
  /// Why a look can't be read, as a sentence without its full stop.
  struct Misunderstood: Error {
    let message: String
  }

  private static let attributesByName: [String: TextAttributes] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]

  private static let colorNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
  ]

  /// Reads a look: `#RRGGBB on #RRGGBB bold`.
  init(_ text: Substring) throws(Misunderstood) {
    var words = text.split { $0.isWhitespace }.map { String($0) }[...]
    guard let first = words.popFirst() else {
      throw Misunderstood(message: "the look is empty; write a colour, for example \"#80C0FF\"")
    }
    foreground = try WrittenStyle.color(first)
    attributes = []
    if words.first == "on" {
      words.removeFirst()
      guard let behind = words.popFirst() else {
        throw Misunderstood(message: "“on” needs a colour after it, for example \"on #101418\"")
      }
      background = try WrittenStyle.color(behind)
    }
    for word in words {
      guard let attribute = WrittenStyle.attributesByName[word] else {
        throw Misunderstood(
          message: "“\(SafeText.truncated(word, to: 30))” is no attribute; "
            + "there are bold, dim, italic, underline and reverse")
      }
      attributes.insert(attribute)
    }
  }

  /// True if a terminal with sixteen colours can show it.
  var isOfSixteen: Bool {
    [foreground, background ?? .terminalDefault].allSatisfy { color in
      if case .rgb = color { false } else { true }
    }
  }

  private static func color(_ word: String) throws(Misunderstood) -> Color {
    if word == "default" { return .terminalDefault }
    let digits = word.dropFirst()
    if word.hasPrefix("#"), word.utf8.count == 7, digits.allSatisfy(\.isHexDigit),
      let hex = UInt32(digits, radix: 16)
    {
      return Color(hex: hex)
    }
    let isBright = word.hasPrefix("bright-")
    if let index = colorNames.firstIndex(of: isBright ? String(word.dropFirst(7)) : word) {
      return .palette(UInt8(index + (isBright ? 8 : 0)))
    }
    throw Misunderstood(
      message: "“\(SafeText.truncated(word, to: 30))” is no colour; write #RRGGBB, default, or "
        + "one of the sixteen by name, for example bright-green")
  }
}
