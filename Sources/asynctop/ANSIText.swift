import AsyncTopTerminal

/// Text with a style, for a terminal that is only written to.
///
/// The dashboard draws with ncurses instead.
enum ANSIText {
  /// The text between the control sequences of ECMA-48 that set its style and take it back.
  static func styled(_ text: String, _ style: Style) -> String {
    var codes: [String] = []
    if style.attributes.contains(.bold) { codes.append("1") }
    if style.attributes.contains(.dim) { codes.append("2") }
    if style.attributes.contains(.italic) { codes.append("3") }
    if style.attributes.contains(.underline) { codes.append("4") }
    if style.attributes.contains(.reverse) { codes.append("7") }
    codes += code(style.foreground, base: 38) + code(style.background, base: 48)
    return codes.isEmpty ? text : "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  private static func code(_ color: Color, base: Int) -> [String] {
    switch color {
    case .terminalDefault: []
    case .palette(let index): ["\(base);5;\(index)"]
    case .rgb(let red, let green, let blue): ["\(base);2;\(red);\(green);\(blue)"]
    }
  }
}
