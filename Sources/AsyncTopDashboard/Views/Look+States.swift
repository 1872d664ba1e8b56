import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

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

  /// A sign and a word for a task's state: `○ waiting`, `⊘ waiting` if it was cancelled.
  func stateText(_ task: TaskRecord) -> String {
    "\(sign(task)) \(task.state.word)"
  }

  /// The sign of a task's state; of its cancellation, if it was cancelled.
  func sign(_ task: TaskRecord) -> Glyph { sign(stateRole(task)) }

  /// The role of a task's state, or of its cancellation.
  func stateRole(_ task: TaskRecord) -> ThemeRole {
    task.flags.contains(.cancelled) ? .stateCancelled : Look.role(task.state)
  }

  /// The sign of a role.
  func sign(_ role: ThemeRole) -> Glyph { role.sign(in: glyphs) ?? .space }
}
