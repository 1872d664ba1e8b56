import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// All tasks, divided by what they do.
struct StateParts {
  /// The tasks that do one thing.
  struct Part {
    let count: Int
    let word: String
    let role: ThemeRole
  }

  /// Of more tasks, nobody looks what kinds of resources they wait for.
  private static let lookLimit = 100_000

  /// First those that run and are ready, then those that wait, the most first.
  let parts: [Part]

  /// One pass over the tasks.
  init(_ insight: Insight) {
    var (running, ready, cancelled) = (0, 0, 0)
    var waits: [Wait: Int] = [:]
    let looks = insight.snapshot.tasks.count <= StateParts.lookLimit
    for task in insight.snapshot.tasks {
      if task.flags.contains(.cancelled) { cancelled += 1 }
      switch task.state {
      case .running: running += 1
      case .scheduled: ready += 1
      case .created, .waiting, .ended:
        waits[Wait(task, looks ? insight : nil), default: 0] += 1
      }
    }
    var parts = [
      Part(count: running, word: "running", role: .stateRunning),
      Part(count: ready, word: "ready", role: .stateScheduled),
    ]
    let sorted = waits.sorted { ($1.value, $0.key.word) < ($0.value, $1.key.word) }
    parts += sorted.map { Part(count: $0.value, word: $0.key.word, role: $0.key.role) }
    self.parts = parts.filter { $0.count > 0 }
    self.cancelled = cancelled
  }

  /// How many of them were asked to stop.
  let cancelled: Int

  /// What a task waits for, as a kind.
  private struct Wait: Hashable {
    let word: String
    let role: ThemeRole

    /// Without an insight, all resources are one kind.
    init(_ task: TaskRecord, _ insight: Insight?) {
      switch task.waitsFor {
      case .none: (word, role) = ("new", .dim)
      case .task: (word, role) = ("task", .waitsForTask)
      case .group: (word, role) = ("group", .waitsForGroup)
      case .continuation: (word, role) = ("continuation", .waitsForContinuation)
      case .executor: (word, role) = ("actor", .waitsForExecutor)
      case .timer: (word, role) = ("timer", .waitsForTimer)
      case .future: (word, role) = ("future", .waitsForContinuation)
      case .unknown: (word, role) = ("unknown", .dim)
      case .resource(let id):
        let kind = insight?.resource(id)?.kind ?? ResourceRecord.Kind(unlisted: id)
        (word, role) = (kind?.word ?? "resource", .waitsForResource)
      }
    }
  }
}

extension Canvas {
  /// Draws a bar that is divided like a whole; returns the columns up to where one may go on.
  mutating func meter(_ parts: [(count: Int, style: Style)], at point: Point, width: Int) -> Int {
    let total = parts.reduce(0) { $0 + $1.count }
    guard total > 0, width > 0 else { return 0 }
    var (before, column) = (0, 0)
    for part in parts {
      before += part.count
      // What is there has a cell, if there are enough.
      let end = max(column + 1, width * before / total)
      for cell in column..<min(end, width) {
        put(glyphs.meter, at: Point(column: point.column + cell, row: point.row), style: part.style)
      }
      column = min(end, width)
    }
    return width + 2
  }
}
