/// Leaves out events when they come faster than they can be written, the least useful first.
///
/// What is left out is not lost: the tables, which are copied again and again meanwhile, have what
/// it comes to. Creations, ends, names, and all that is not of tasks, are never left out.
struct EventOmission {
  /// What is left out.
  enum Level: Int {
    case nothing
    /// Who wakes whom.
    case wakes
    /// That, and when polls begin and end.
    case polls

    /// Whether events of a kind are left out.
    @inline(__always)
    func omits(_ kind: EventKind) -> Bool {
      switch kind {
      case .taskScheduled: self != .nothing
      case .pollBegan, .pollEnded: self == .polls
      default: false
      }
    }
  }

  // Which part of the queue may be in use before more is left out, and at which less is again.
  private static let (wakes, polls, nothing) = (0.25, 0.5, 0.1)

  private(set) var level = Level.nothing
  /// Events that were left out.
  private(set) var total: UInt64 = 0

  /// Chooses the level by which part of the queue is in use.
  mutating func choose(use: Double) {
    if use >= Self.polls {
      level = .polls
    } else if use >= Self.wakes {
      if level == .nothing { level = .wakes }
    } else if use < Self.nothing {
      level = .nothing
    }
  }

  /// Takes note of events of a stretch of time that were left out.
  ///
  /// - Returns: What the recording shall say of it; nil if nothing was.
  mutating func add(_ count: UInt64, from start: UInt64, to end: UInt64) -> RecordingGap? {
    guard count > 0 else { return nil }
    total += count
    return RecordingGap(
      kind: level == .polls ? .polls : .wakes, position: 0, start: min(start, end), end: end,
      count: count, workers: [])
  }
}
