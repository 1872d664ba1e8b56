import AsyncTopTerminal

/// What a theme file says, before it is joined with the theme it inherits from.
///
/// The format, line by line:
///
/// ```
/// # A comment; empty lines mean nothing.
/// name = "harbour"
/// inherits = "dark"
/// ink = "#D8DEE9 white"
/// text = "ink on #101418"
/// state-failed error = "#FF7B72 bold"
/// state-failed.16 = "bright-red bold"
/// ```
///
/// A colour is `#RRGGBB`, `default` (the terminal's own) or one of the sixteen by name: `black`,
/// `red`, `green`, `yellow`, `blue`, `magenta`, `cyan`, `white` and the same with `bright-` before.
///
/// A theme's palette gives names to colours (``ThemeColor``: `ink`, `paper`, `fail`), each perhaps
/// with one of the sixteen that stands for it on a terminal that has no more. A theme that has all
/// of them is complete: `roles.theme` says which role (``ThemeRole``) has which.
///
/// A theme may give a role a look of its own: a colour for the text, perhaps `on` and a colour
/// behind it, perhaps attributes (`bold`, `dim`, `italic`, `underline`, `reverse`). Colours may be
/// those of the palette. What isn't `on` a colour is on the background of `text`. Several roles
/// with the same look may stand on one line. The look after a key with `.16` is for terminals with
/// sixteen colours and has only those.
public struct ThemeFile: Hashable, Sendable {
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 65_536

  /// A look as it is written: what isn't said comes from elsewhere.
  struct Look: Hashable, Sendable {
    var style: WrittenStyle?
    var sixteen: WrittenStyle?
  }

  /// What the theme is called; nil if the file doesn't say.
  public internal(set) var name: String?
  /// The theme it takes over what it doesn't define from; nil if the file doesn't say.
  public internal(set) var inherits: String?
  /// The colours it has names for.
  var colors: [ThemeColor: NamedColor] = [:]
  /// The looks it defines.
  var looks: [ThemeRole: Look] = [:]
  /// What was wrong, in the order of the lines.
  public internal(set) var problems: [ThemeProblem] = []

  /// The roles it has no look for; none if it has all colours that the usual looks are made of.
  public var missing: [ThemeRole] {
    if ThemeColor.allCases.allSatisfy({ colors[$0] != nil }) { return [] }
    return ThemeRole.allCases.filter { looks[$0]?.style == nil }
  }

  /// What it says, and what another says that it says nothing of.
  func laid(over other: ThemeFile) -> ThemeFile {
    var both = self
    both.colors.merge(other.colors) { own, _ in own }
    both.looks.merge(other.looks) { own, other in
      // A new look doesn't keep the sixteen colours of the look it replaces.
      Look(
        style: own.style ?? other.style,
        sixteen: own.sixteen ?? (own.style == nil ? other.sixteen : nil))
    }
    return both
  }
}

extension ThemeFile {
  /// Reads a theme file; never fails, but notes what it didn't understand.
  public init(parsing text: String) {
    guard text.utf8.count <= ThemeFile.sizeLimit else {
      note(
        .error, nil,
        "the file has \(text.utf8.count) bytes, and \(ThemeFile.sizeLimit) are read; "
          + "is it a theme?")
      return
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      read(line.trimmed, line: index + 1)
    }
  }

  private mutating func read(_ line: Substring, line number: Int) {
    guard !line.isEmpty, line.first != "#" else { return }
    guard let equals = line.firstIndex(of: "=") else {
      note(.error, number, "there is no “=”; write key = \"#RRGGBB\", or start a comment with #")
      return
    }
    let key = String(line[..<equals].trimmed)
    guard let value = unquoted(line[line.index(after: equals)...].trimmed, line: number) else {
      return
    }
    switch key {
    case "name": name = String(value)
    case "inherits": inherits = String(value)
    default:
      for key in key.split(separator: " ") { read(String(key), value, line: number) }
    }
  }

  private mutating func read(_ key: String, _ value: Substring, line number: Int) {
    do throws(MisunderstoodStyle) {
      if let name = ThemeColor(rawValue: key) {
        let old = colors.updateValue(try NamedColor(value), forKey: name)
        if old != nil { noteSecond(key, number) }
      } else {
        try readLook(key, value, line: number)
      }
    } catch {
      note(.error, number, error.message)
    }
  }

  private mutating func readLook(
    _ key: String, _ value: Substring, line number: Int
  ) throws(MisunderstoodStyle) {
    let isSixteen = key.hasSuffix(".16")
    let roleKey = isSixteen ? String(key.dropLast(3)) : key
    guard let role = ThemeRole.byKey[roleKey] else {
      let hint = ThemeFile.nearestKey(to: roleKey).map { "; is \($0) meant?" } ?? ""
      note(.warning, number, "nothing has the key “\(SafeText.truncated(key, to: 40))”\(hint)")
      return
    }
    var look = looks[role] ?? Look()
    if (isSixteen ? look.sixteen : look.style) != nil { noteSecond(key, number) }
    let style = try WrittenStyle(value)
    if isSixteen, !style.isOfSixteen {
      note(.error, number, "\(key) is for sixteen colours; name them, for example bright-green")
      return
    }
    if isSixteen { look.sixteen = style } else { look.style = style }
    looks[role] = look
  }

  private mutating func noteSecond(_ key: String, _ line: Int) {
    note(.warning, line, "\(key) is defined a second time; this line counts")
  }

  /// What stands between the quotation marks; a comment may follow them.
  private mutating func unquoted(_ text: Substring, line number: Int) -> Substring? {
    let inner = text.dropFirst()
    guard text.first == "\"", let end = inner.firstIndex(of: "\"") else {
      note(.error, number, "the value is not in quotation marks; write key = \"value\"")
      return nil
    }
    let rest = inner[inner.index(after: end)...].trimmed
    if !rest.isEmpty, rest.first != "#" {
      note(.warning, number, "what follows the closing quotation mark has no effect")
    }
    return inner[..<end]
  }

  private mutating func note(
    _ severity: ThemeProblem.Severity, _ line: Int?, _ message: String
  ) {
    problems.append(ThemeProblem(severity: severity, line: line, message: message))
  }

  /// The key that shares the longest start with a text, if it shares half of it.
  private static func nearestKey(to text: String) -> String? {
    let keys = ThemeRole.allCases.map(\.key) + ThemeColor.allCases.map(\.rawValue)
    let shared = keys.map { key in (key, zip(key, text).prefix { $0 == $1 }.count) }
    guard let best = shared.max(by: { $0.1 < $1.1 }), best.1 * 2 > text.count else { return nil }
    return best.0
  }
}

extension StringProtocol {
  /// The text without the white space around it.
  fileprivate var trimmed: SubSequence {
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return self[endIndex...] }
    return self[start...end]
  }
}

/// Something in a theme file that isn't as it should be.
public struct ThemeProblem: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable {
    /// The line was not understood and has no effect.
    case error
    /// The line has no effect, or not the one it seems to have.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// The line, counted from 1; nil if it is about the whole file.
  public let line: Int?
  /// What is wrong and what to do, as a sentence without its full stop.
  public let message: String
}

extension ThemeProblem: CustomStringConvertible {
  /// `12: error: …`, to be put after the name of the file and a colon.
  public var description: String {
    (line.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message)"
  }
}
