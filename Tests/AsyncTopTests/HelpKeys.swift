import TestFixtures

/// The keys that the help of the dashboard names, with what each does.
struct HelpKeys {
  /// A line of the help: the part it stands in, its keys by tmux's names, and its text.
  struct Entry: CustomStringConvertible {
    let part: String
    let keys: [String]
    let text: String

    var description: String { "\(keys) \(text)" }
  }

  let entries: [Entry]

  /// Reads the help from the screen, from its first line to its last, and closes it.
  ///
  /// The window must have 42 rows, of which the help takes 40.
  init(_ tmux: Multiplexer) throws {
    try tmux.press("?")
    // It is drawn from its top to its bottom.
    var lines = Self.content(
      try tmux.wait { $0.contains("─ Keys ─") && $0.contains(#/└─+┘/#) })
    if lines.count >= 38 {
      let first = lines
      try tmux.press("End")
      // A look may fall between two pieces of a picture: two that are the same do not.
      var last: [String] = []
      let end = try tmux.wait { screen in
        defer { last = Self.content(screen) }
        return !last.isEmpty && last != first && last == Self.content(screen)
      }
      let rest = Self.content(end)
      let overlap = rest.firstIndex(of: first[first.count - 1]) ?? -1
      lines += rest[(overlap + 1)...]
    }
    try tmux.press("?")
    try tmux.wait { !$0.contains("─ Keys ─") }
    var part = ""
    var entries: [Entry] = []
    for line in lines {
      guard let match = line.wholeMatch(of: #/(\S+(?: \S+)*) {2,}(\S.*)/#) else {
        part = line
        continue
      }
      let keys = match.1.split(separator: " ").map { Self.name(String($0)) }
      entries.append(Entry(part: part, keys: keys, text: String(match.2)))
    }
    self.entries = entries
  }

  /// The lines in the frame.
  private static func content(_ screen: String) -> [String] {
    Window.lines(screen).compactMap { line in
      guard let match = line.firstMatch(of: #/│ (\S.*?) +[█│┃║▐]? ?│/#) else { return nil }
      return String(match.1)
    }
  }

  /// tmux's name for a key.
  private static func name(_ key: String) -> String {
    let modifier = key.count > 2 && key.dropFirst().first == "-" ? String(key.prefix(2)) : ""
    let names = [
      "space": "Space", "enter": "Enter", "esc": "Escape", "tab": "Tab", "pgup": "PPage",
      "pgdn": "NPage", "up": "Up", "down": "Down", "left": "Left", "right": "Right",
      "home": "Home", "end": "End", "delete": "DC", "insert": "IC", "backspace": "BSpace",
    ]
    let base = String(key.dropFirst(modifier.count))
    if modifier == "S-", base == "tab" { return "BTab" }
    return modifier + (names[base] ?? base)
  }
}
