import AsyncTopTerminal

/// A look as it stands in a theme file, with the background perhaps left out.
struct WrittenStyle: Hashable, Sendable {
  var foreground: WrittenColor
  var background: WrittenColor?
  var attributes: TextAttributes

  /// The style; what isn't on a colour of its own is on the given one.
  func style(on base: Color, _ resolve: (WrittenColor) -> Color) -> Style {
    Style(
      foreground: resolve(foreground), background: background.map(resolve) ?? base,
      attributes: attributes)
  }

  /// True if a terminal with sixteen colours can show it.
  var isOfSixteen: Bool {
    [foreground, background].allSatisfy { color in
      if case .fixed(.rgb) = color { false } else { true }
    }
  }
}

/// A colour as it stands in a theme file.
enum WrittenColor: Hashable, Sendable {
  /// A colour by itself.
  case fixed(Color)
  /// One of the theme's.
  case named(ThemeColor)

  /// The colour; the terminal's own if the theme has none of the name.
  func resolved(_ color: (ThemeColor) -> Color?) -> Color {
    switch self {
    case .fixed(let color): color
    case .named(let name): color(name) ?? .terminalDefault
    }
  }
}

/// A colour that a theme has a name for.
struct NamedColor: Hashable, Sendable {
  var color: Color
  /// What stands for it among sixteen colours; nil for whatever is nearest.
  var sixteen: Color?
}

/// Why a look can't be read, as a sentence without its full stop.
struct MisunderstoodStyle: Error {
  let message: String
}

extension WrittenStyle {
  private static let attributesByName: [String: TextAttributes] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]

  /// Reads a look: `#RRGGBB on #RRGGBB bold`, `ink on paper`.
  init(_ text: Substring) throws(MisunderstoodStyle) {
    var words = text.split { $0.isWhitespace }.map { String($0) }[...]
    guard let first = words.popFirst() else {
      throw MisunderstoodStyle(
        message: "the look is empty; write a colour, for example \"#80C0FF\"")
    }
    foreground = try WrittenColor(first)
    attributes = []
    if words.first == "on" {
      words.removeFirst()
      guard let behind = words.popFirst() else {
        throw MisunderstoodStyle(
          message: "“on” needs a colour after it, for example \"on #101418\"")
      }
      background = try WrittenColor(behind)
    }
    for word in words {
      guard let attribute = WrittenStyle.attributesByName[word] else {
        throw MisunderstoodStyle(
          message: "“\(SafeText.truncated(word, to: 30))” is no attribute; "
            + "there are bold, dim, italic, underline and reverse")
      }
      attributes.insert(attribute)
    }
  }
}

extension WrittenColor {
  init(_ word: String) throws(MisunderstoodStyle) {
    if let name = ThemeColor(rawValue: word) {
      self = .named(name)
    } else if let color = Color(written: word) {
      self = .fixed(color)
    } else {
      throw MisunderstoodStyle(
        message: "“\(SafeText.truncated(word, to: 30))” is no colour; write #RRGGBB, default, one "
          + "of the sixteen by name, for example bright-green, or one of the theme's, for example "
          + "ink")
    }
  }
}

extension NamedColor {
  /// Reads a colour of a theme: `#RRGGBB`, or `#RRGGBB bright-green`.
  init(_ text: Substring) throws(MisunderstoodStyle) {
    let words = text.split { $0.isWhitespace }.map { String($0) }
    guard let first = words.first, let color = Color(written: first), words.count <= 2 else {
      throw MisunderstoodStyle(
        message: "“\(SafeText.truncated(String(text), to: 30))” is no colour; write #RRGGBB, and "
          + "after it one of the sixteen by name, for example \"#5CFF7A bright-green\"")
    }
    self.color = color
    guard words.count == 2 else { return }
    sixteen = Color(written: words[1])
    if case .palette = sixteen { return }
    throw MisunderstoodStyle(
      message: "“\(SafeText.truncated(words[1], to: 30))” is none of the sixteen colours, which "
        + "are black, red, green, yellow, blue, magenta, cyan, white, and the same with bright-")
  }
}

extension Color {
  private static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
  ]

  /// Reads a colour: `#RRGGBB`, `default`, `bright-green`.
  fileprivate init?(written word: String) {
    if word == "default" {
      self = .terminalDefault
      return
    }
    let digits = word.dropFirst()
    if word.hasPrefix("#"), word.utf8.count == 7, digits.allSatisfy(\.isHexDigit),
      let hex = UInt32(digits, radix: 16)
    {
      self = Color(hex: hex)
      return
    }
    let isBright = word.hasPrefix("bright-")
    guard let index = Color.names.firstIndex(of: isBright ? String(word.dropFirst(7)) : word)
    else { return nil }
    self = .palette(UInt8(index + (isBright ? 8 : 0)))
  }
}
