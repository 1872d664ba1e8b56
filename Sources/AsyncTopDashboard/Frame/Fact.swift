import AsyncTopTerminal

/// A fact on a line of the header.
struct Fact {
  /// What it is about; empty if the value says it.
  var name: String
  /// The fact; may hold untrusted text.
  var value: String
  /// How the value is drawn.
  var role: ThemeRole
  /// How much it matters: where there isn't room for all, the lowest goes first.
  var priority: Int

  init(_ name: String, _ value: String, _ role: ThemeRole = .headerValue, priority: Int) {
    self.name = name
    self.value = value
    self.role = role
    self.priority = priority
  }

  private var columns: Int {
    SafeText.columns(of: value) + (name.isEmpty ? 0 : SafeText.columns(of: name) + 1)
  }

  /// The facts that there is room for: the least go first.
  static func fitting(_ facts: [Fact], columns: Int) -> [Fact] {
    var shown = facts
    while shown.count > 1,
      shown.reduce(0, { $0 + $1.columns }) + 2 * (shown.count - 1) > columns,
      let least = shown.indices.min(by: {
        (shown[$0].priority, -$0) < (shown[$1].priority, -$1)
      })
    {
      shown.remove(at: least)
    }
    return shown
  }

  /// Draws facts on one row.
  static func draw(_ facts: [Fact], row: Int, on canvas: inout Canvas, look: Look) {
    var column = 0
    for fact in facts {
      if !fact.name.isEmpty {
        column += canvas.write(
          fact.name + " ", at: Point(column: column, row: row), style: look[.header])
      }
      let style = look[fact.role]
      let isOnText = style.background == look[.text].background
      column += canvas.write(
        fact.value, at: Point(column: column, row: row),
        style: isOnText ? style.on(look[.header].background) : style)
      column += 2
    }
  }
}
