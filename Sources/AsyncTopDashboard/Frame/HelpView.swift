import AsyncTopTerminal

/// All keys and what they do, from the table of actions.
struct HelpView {
  let keys: KeyMap
  let look: Look
  /// Where actions are at hand only now and then, and not now.
  let absent: Set<ActionScope>

  /// The lines: titles of parts have no keys.
  var lines: [(keys: String, text: String)] {
    var lines: [(keys: String, text: String)] = []
    for scope in Action.scopes where !absent.contains(scope) {
      lines.append(("", scope.title))
      for action in Action.all where action.scope == scope {
        let chords = keys.keys(for: action).map(\.description).joined(separator: " ")
        lines.append((chords.isEmpty ? "no key" : chords, action.help))
      }
    }
    return lines
  }

  /// The rows that the help has room for on a screen.
  static func visibleRows(in size: Size) -> Int { max(0, min(size.rows, 40) - 2) }

  func draw(top: Int, on canvas: inout Canvas) {
    let lines = lines
    let visible = HelpView.visibleRows(in: canvas.size)
    let size = Size(columns: 76, rows: min(lines.count, visible) + 2)
    canvas.popup(
      size, title: "Keys", style: look[.popup], borderStyle: look[.popupBorder],
      titleStyle: look[.popupTitle]
    ) { canvas in
      let first = max(0, min(top, lines.count - canvas.size.rows))
      for (row, line) in lines.dropFirst(first).prefix(canvas.size.rows).enumerated() {
        if line.keys.isEmpty {
          canvas.write(line.text, at: Point(column: 0, row: row), style: look[.popupTitle])
        } else {
          let width = min(16, canvas.size.columns / 3)
          canvas.write(
            line.keys, at: Point(column: 0, row: row), width: width,
            style: look[.keyHint].on(look[.popup].background))
          canvas.write(
            line.text, at: Point(column: width + 1, row: row),
            width: canvas.size.columns - width - 2, style: look[.popup])
        }
      }
      canvas.scrollbar(
        in: Rect(column: canvas.size.columns - 1, row: 0, columns: 1, rows: canvas.size.rows),
        first: first, visible: canvas.size.rows, total: lines.count, style: look[.popupBorder])
    }
  }
}

/// The line of keys: what can be done here, from the table of actions.
struct HintsView {
  let keys: KeyMap
  let scopes: Set<ActionScope>
  let look: Look

  func draw(on canvas: inout Canvas) {
    canvas.fill(style: look[.keyHintLabel])
    var column = 0
    for (chord, hint) in hints {
      let width = SafeText.columns(of: chord) + SafeText.columns(of: hint) + 1
      if column + width > canvas.size.columns { continue }
      column = canvas.write(
        [(chord, look[.keyHint]), (" " + hint, look[.keyHintLabel])],
        at: Point(column: column, row: 0))
      column += 2
    }
  }

  /// The first key of each action that has a hint; those with the same hint stand together.
  private var hints: [(keys: String, hint: String)] {
    var hints: [(keys: String, hint: String)] = []
    for action in Action.all where !action.hint.isEmpty && scopes.contains(action.scope) {
      guard let chord = keys.keys(for: action).first else { continue }
      if let same = hints.firstIndex(where: { $0.hint == action.hint }) {
        hints[same].keys += " \(chord)"
      } else {
        hints.append(("\(chord)", action.hint))
      }
    }
    return hints
  }
}
