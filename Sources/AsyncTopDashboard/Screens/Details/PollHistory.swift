public import AsyncTopBus
import AsyncTopInsight

/// How long the recent polls of one task took, as whoever follows the rings has seen them.
public struct PollHistory: Hashable, Sendable {
  /// The most polls that are kept; of more, the latest.
  public static let limit = 1_000

  /// The id of the task.
  public let task: UInt64
  /// Nanoseconds on a thread, the latest poll last.
  public private(set) var durations: [UInt64] = []

  /// Begins the history of a task.
  public init(task: UInt64) {
    self.task = task
  }

  /// Adds a poll.
  public mutating func add(_ nanoseconds: UInt64) {
    durations.append(nanoseconds)
    if durations.count >= 2 * PollHistory.limit {
      durations.removeFirst(durations.count - PollHistory.limit)
    }
  }

  /// Adds polls that a session has seen.
  public mutating func add(_ polls: NewPolls) {
    if polls.startsOver { durations.removeAll() }
    for duration in polls.durations { add(duration) }
  }

  /// How many polls were not longer than a limit and longer than the limit before; the limits are
  /// 1, 3, 10, 30 … of a unit.
  ///
  /// Empty ends are left out.
  var steps: [(limit: UInt64, count: Int)] {
    let recent = durations.suffix(PollHistory.limit)
    var steps: [(limit: UInt64, count: Int)] = []
    var (limit, isOne): (UInt64, Bool) = (100, true)
    var longest = recent.max() ?? 0
    while longest > 0 {
      let before = steps.last?.limit ?? 0
      steps.append((limit, recent.count { $0 <= limit && $0 > before }))
      if longest <= limit { longest = 0 }
      let (next, overflow) =
        isOne ? limit.multipliedReportingOverflow(by: 3) : (limit / 3 * 10, false)
      if overflow || next > 1 << 60 { break }
      limit = next
      isOne.toggle()
    }
    return Array(steps.drop { $0.count == 0 })
  }

  /// The duration that such a part of the recent polls did not exceed.
  func quantile(_ part: Double) -> UInt64 {
    let sorted = durations.suffix(PollHistory.limit).sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
  }
}
