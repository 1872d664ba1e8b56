import AsyncTopTerminal

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
      guard let chord = keys.keys(for: action.id).first else { continue }
      if let same = hints.firstIndex(where: { $0.hint == action.hint }) {
        hints[same].keys += " \(chord)"
      } else {
        hints.append(("\(chord)", action.hint))
      }
    }
    return hints
  }
}
