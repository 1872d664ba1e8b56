import AsyncTopTerminal

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
    default: readLook(key, value, line: number)
    }
  }

  private mutating func readLook(_ key: String, _ value: Substring, line number: Int) {
    let isSixteen = key.hasSuffix(".16")
    let roleKey = isSixteen ? String(key.dropLast(3)) : key
    guard let role = ThemeRole.byKey[roleKey] else {
      let hint = ThemeFile.nearestKey(to: roleKey).map { "; is \($0) meant?" } ?? ""
      note(.warning, number, "nothing has the key “\(SafeText.truncated(key, to: 40))”\(hint)")
      return
    }
    var look = looks[role] ?? Look()
    if (isSixteen ? look.sixteen : look.style) != nil {
      note(.warning, number, "\(key) is defined a second time; this line counts")
    }
    do throws(WrittenStyle.Misunderstood) {
      let style = try WrittenStyle(value)
      if isSixteen, !style.isOfSixteen {
        note(.error, number, "\(key) is for sixteen colours; name them, for example bright-green")
        return
      }
      if isSixteen { look.sixteen = style } else { look.style = style }
      looks[role] = look
    } catch {
      note(.error, number, error.message)
    }
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
    let shared = ThemeRole.allCases.map { role in
      (role.key, zip(role.key, text).prefix { $0 == $1 }.count)
    }
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
