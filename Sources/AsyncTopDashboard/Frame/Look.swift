import AsyncTopBus
import AsyncTopInsight
public import AsyncTopTerminal

/// How a dashboard looks: the styles of a theme and the characters of a terminal.
public struct Look: Hashable, Sendable {
  /// The styles.
  public let palette: Palette
  /// The characters.
  public let glyphs: GlyphSet

  /// Makes a look.
  public init(palette: Palette, glyphs: GlyphSet = .unicode) {
    self.palette = palette
    self.glyphs = glyphs
  }

  /// The standard theme with all colours.
  public static let standard = Look(palette: ThemeCatalog.standard.palette(for: .trueColor))

  subscript(role: ThemeRole) -> Style { palette[role] }
}

extension Look {
  /// The role of a task's state.
  static func role(_ state: TaskState) -> ThemeRole {
    switch state {
    case .running: .stateRunning
    case .scheduled: .stateScheduled
    case .created, .waiting: .stateWaiting
    case .ended: .stateDone
    }
  }

  /// The role of how a task ended.
  static func role(_ task: FinishedTask) -> ThemeRole {
    if task.isLost { return .dim }
    if task.wasCancelled { return .stateCancelled }
    return task.outcome == .threw ? .stateFailed : .stateDone
  }

  /// The role of a wait.
  static func role(_ kind: WaitDescription.Kind) -> ThemeRole {
    switch kind {
    case .task: .waitsForTask
    case .group: .waitsForGroup
    case .timer, .sleep: .waitsForTimer
    case .resource: .waitsForResource
    case .continuation, .stream, .channel, .future, .unknown: .waitsForContinuation
    case .executor: .waitsForExecutor
    case .thread: .warning
    }
  }

  /// The role of what waits for something.
  static func waitRole(_ entity: EntityID) -> ThemeRole {
    switch entity {
    case .task: .waitsForTask
    case .group: .waitsForGroup
    case .timer: .waitsForTimer
    case .resource: .waitsForResource
    case .future: .waitsForContinuation
    case .executor: .waitsForExecutor
    case .thread, .warning: .warning
    case .site, .worker: .text
    }
  }

  /// A sign and a word for a task's state: `○ waiting`, `⊘ waiting` if it was cancelled.
  func stateText(_ task: TaskRecord) -> String {
    "\(sign(Look.stateRole(task))) \(task.state.word)"
  }

  /// The role of a task's state, or of its cancellation.
  static func stateRole(_ task: TaskRecord) -> ThemeRole {
    task.flags.contains(.cancelled) ? .stateCancelled : Look.role(task.state)
  }

  /// The sign of a role.
  func sign(_ role: ThemeRole) -> Glyph { role.sign(in: glyphs) ?? .space }
}
