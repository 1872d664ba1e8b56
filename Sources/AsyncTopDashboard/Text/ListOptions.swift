public import AsyncTopInsight

/// What is listed as text or JSON, and in which order.
public struct ListOptions: Hashable, Sendable {
  /// Leaves out what it doesn't find.
  public var filter: TextFilter
  /// The column that tasks are sorted by.
  public var taskColumn: TaskColumn
  /// The column that timers are sorted by.
  public var timerColumn: TimerColumn
  /// Whether the usual order of the column is turned round.
  public var isReversed: Bool

  /// Makes options.
  public init(
    filter: TextFilter = TextFilter(), taskColumn: TaskColumn = .id,
    timerColumn: TimerColumn = .left, isReversed: Bool = false
  ) {
    self.filter = filter
    self.taskColumn = taskColumn
    self.timerColumn = timerColumn
    self.isReversed = isReversed
  }

  /// The tasks to list, all in order.
  func tasks(_ insight: Insight) -> LazyOrder {
    var order = insight.order(
      tasksBy: taskColumn, descending: taskColumn.startsDescending != isReversed, filter: filter)
    order.settle(0..<order.count)
    return order
  }

  /// The timers to list, all in order.
  func timers(_ insight: Insight) -> LazyOrder {
    var order = insight.order(
      timersBy: timerColumn, descending: isReversed, filter: filter)
    order.settle(0..<order.count)
    return order
  }
}
