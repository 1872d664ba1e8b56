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

  /// Does what a key asks for that is about the program.
  mutating func control(_ action: Action) -> [Effect] {
    switch action {
    case .output: output.toggle()
    case .outputBack: scrollOutput(by: -max(1, outputRows / 2))
    case .outputForward: scrollOutput(by: max(1, outputRows / 2))
    case .release: options.program?.release()
    default: break
    }
    return []
  }

  mutating func scrollOutput(by count: Int) {
    guard let lines = options.program?.output else { return }
    output.scroll(by: count, of: lines, rows: outputRows)
  }

  mutating func moveInOutput(_ action: Action) {
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

extension Action {
  static let output = Action(
    "output", .program, [.typed("p")], "show what it writes below, alone, or not at all",
    hint: "output")
  static let outputBack = Action(
    "outputBack", .program, [.control("u")], "back in what it has written")
  static let outputForward = Action(
    "outputForward", .program, [.control("d")], "on in what it has written")
  static let release = Action(
    "release", .program, [.typed("c")], "let it go on, if it was started stopped")

  /// What can be done with a program that asynctop has started.
  static let program: [Action] = [
    output, outputBack, outputForward, release,
  ]
}
