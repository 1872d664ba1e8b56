public import TaskInsight

/// What is listed as text or JSON, and in which order.
public struct ListOptions: Hashable, Sendable {
  /// Leaves out what it doesn't find.
  public var filter: TextFilter
  /// The column that tasks are sorted by.
  public var taskColumn: TaskColumn
  /// The column that timers are sorted by.
  public var timerColumn: TimerColumn
  /// Whether the largest comes first; nil for what is usual for the column.
  public var isDescending: Bool?

  /// Makes options.
  public init(
    filter: TextFilter = TextFilter(), taskColumn: TaskColumn = .id,
    timerColumn: TimerColumn = .left, isDescending: Bool? = nil
  ) {
    self.filter = filter
    self.taskColumn = taskColumn
    self.timerColumn = timerColumn
    self.isDescending = isDescending
  }

  /// The tasks to list, all in order.
  func tasks(_ insight: Insight) -> LazyOrder {
    var order = insight.order(
      by: taskColumn, descending: isDescending ?? taskColumn.startsDescending, filter: filter)
    order.settle(0..<order.count)
    return order
  }

  /// The timers to list, all in order.
  func timers(_ insight: Insight) -> LazyOrder {
    var order = insight.order(
      by: timerColumn, descending: isDescending ?? false, filter: filter)
    order.settle(0..<order.count)
    return order
  }
}
