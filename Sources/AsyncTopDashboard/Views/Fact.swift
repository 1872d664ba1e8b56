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

  /// Whether it deserves a look.
  var isWarning: Bool { role == .warning || role == .error }

  private var columns: Int {
    SafeText.columns(of: value) + (name.isEmpty ? 0 : SafeText.columns(of: name) + 1)
  }

  /// Takes out of facts those there isn't room for, the least first, and returns them in their
  /// order.
  static func takeExcess(of facts: inout [Fact], columns: Int) -> [Fact] {
    var excess: [(place: Int, fact: Fact)] = []
    var shown = Array(facts.enumerated())
    while shown.count > 1,
      shown.reduce(0, { $0 + $1.element.columns }) + 2 * (shown.count - 1) > columns,
      let least = shown.indices.min(by: {
        (shown[$0].element.priority, -$0) < (shown[$1].element.priority, -$1)
      })
    {
      let taken = shown.remove(at: least)
      excess.append((taken.offset, taken.element))
    }
    facts = shown.map(\.element)
    return excess.sorted { $0.place < $1.place }.map(\.fact)
  }

  /// Draws facts on one row.
  static func draw(_ facts: [Fact], row: Int, on canvas: inout Canvas, look: Look) {
    var column = 0
    for fact in facts {
      if !fact.name.isEmpty {
        column += canvas.write(
          fact.name + " ", at: Point(column: column, row: row), style: look[.header])
      }
      column += canvas.write(
        fact.value, at: Point(column: column, row: row), style: look[fact.role])
      column += 2
    }
  }
}
