import AsyncTopTerminal

/// The program that was started: a line on what became of it, and what it writes.
struct ProgramView {
  let program: any StartedProgram
  let pane: OutputPane
  let keys: KeyMap
  let look: Look

  /// The rows of all of it, of those that the views would have without it.
  static func rows(_ pane: OutputPane, hasOutput: Bool, of rows: Int) -> Int {
    guard hasOutput else { return min(1, rows) }
    return switch pane.extent {
    case .none: min(1, rows)
    case .part: rows < 9 ? min(1, rows) : min(12, max(4, rows / 3))
    case .all: rows
    }
  }

  func draw(on canvas: inout Canvas) {
    guard canvas.size.rows > 0, canvas.size.columns > 0 else { return }
    drawStatus(on: &canvas)
    guard let output = program.output, canvas.size.rows > 1 else { return }
    let numbers = pane.lines(of: output, rows: canvas.size.rows - 1)
    for (row, number) in numbers.enumerated() {
      canvas.write(
        output[number] ?? "", at: Point(column: 0, row: row + 1), width: canvas.size.columns,
        style: look[.text])
    }
    if output.end - output.first > canvas.size.rows - 1, canvas.size.columns > 20 {
      canvas.scrollbar(
        in: Rect(
          column: canvas.size.columns - 1, row: 1, columns: 1, rows: canvas.size.rows - 1),
        first: numbers.lowerBound - output.first, visible: canvas.size.rows - 1,
        total: output.end - output.first, style: look[.border])
    }
  }

  private func drawStatus(on canvas: inout Canvas) {
    canvas.fill(Rect(size: Size(columns: canvas.size.columns, rows: 1)), style: look[.header])
    var parts: [(text: String, style: Style)] = [
      (program.title, look[.headerValue]),
      ("  \(program.status)", look[program.hasEnded ? .warning : .header]),
    ]
    if program.isHeld { parts.append(("  \(key(.release)) lets it go on", look[.warning])) }
    if program.output != nil {
      let what =
        switch pane.extent {
        case .none: "shows its output"
        case .part: "shows all of its output"
        case .all: "hides its output"
        }
      parts.append(("  \(key(.output)) \(what)", look[.header]))
    }
    if pane.end != nil { parts.append(("  scrolled back", look[.warning])) }
    canvas.write(parts, at: .zero)
  }

  private func key(_ action: Action) -> String {
    keys.keys(for: action).first.map { "\($0)" } ?? "no key"
  }
}

/// How much is shown of what a program writes, and from where on.
struct OutputPane: Hashable {
  /// How much of the screen it has.
  enum Extent: Hashable, CaseIterable {
    case none
    case part
    case all
  }

  private(set) var extent = Extent.part
  /// The number after that of the last line shown; nil for whatever comes last.
  private(set) var end: Int?

  /// Shows more of it, or none.
  mutating func toggle() {
    extent =
      switch extent {
      case .none: .part
      case .part: .all
      case .all: .none
      }
  }

  /// The numbers of the lines shown.
  func lines(of output: OutputLines, rows: Int) -> Range<Int> {
    let last = max(output.first, min(end ?? output.end, output.end))
    let first = max(output.first, last - max(0, rows))
    return first..<max(last, min(output.end, first + max(0, rows)))
  }

  /// Goes on, or back if negative; at the end, it stays at the end.
  mutating func scroll(by count: Int, of output: OutputLines, rows: Int) {
    let wanted = lines(of: output, rows: rows).upperBound.addingReportingOverflow(count)
    let lowest = min(output.end, output.first + rows)
    let place = wanted.overflow ? (count < 0 ? lowest : output.end) : wanted.partialValue
    end = place >= output.end ? nil : max(lowest, place)
  }
}

/// What the dashboard needs of a program that was started with it.
public protocol StartedProgram: AnyObject {
  /// Its name and its id, untrusted.
  var title: String { get }
  /// What became of it, for people: that it runs, or how it has ended.
  var status: String { get }
  /// Whether it has ended.
  var hasEnded: Bool { get }
  /// What the user should know of it; nil if nothing.
  var notice: String? { get }
  /// Whether it stands still and waits to be let go.
  var isHeld: Bool { get }
  /// What it has written; nil if that goes elsewhere.
  var output: OutputLines? { get }
  /// Lets it go on.
  func release()
  /// Its terminal has another size.
  func resize(columns: Int, rows: Int)
}
