import AsyncTopTerminal

/// A program that was started to be watched.
extension DashboardModel {
  /// The rows of what it writes.
  var outputRows: Int { max(0, layout.program.rows - 1) }

  /// Whether nothing else is shown than what it writes.
  var showsOnlyOutput: Bool { output.extent == .all && options.program?.output != nil }

  /// The parts of the help that are of no use now.
  var absentScopes: Set<ActionScope> {
    var scopes: Set<ActionScope> = []
    if options.playback == nil { scopes.insert(.playback) }
    if options.program == nil { scopes.insert(.program) }
    return scopes
  }

  mutating func scrollOutput(by count: Int) {
    guard let lines = options.program?.output else { return }
    output.scroll(by: count, of: lines, rows: outputRows)
  }

  mutating func moveInOutput(_ action: ActionID) {
    switch action {
    case .up: scrollOutput(by: -1)
    case .down: scrollOutput(by: 1)
    case .pageUp: scrollOutput(by: 1 - outputRows)
    case .pageDown: scrollOutput(by: outputRows - 1)
    case .first: scrollOutput(by: .min)
    case .last: scrollOutput(by: .max)
    default: break
    }
  }
}
