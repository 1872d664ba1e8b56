public import Instrumentation

extension Insight {
  /// Whether a filter finds its text in a task's id, name, state, wait or site.
  public func matches(_ task: TaskRecord, _ filter: TextFilter) -> Bool {
    filter.isEmpty || filter.matches(displayName(of: task)) || filter.matches("\(task.id)")
      || filter.matches(task.state.word) || filter.matches(siteLabel(task.site))
      || filter.matches(wait(of: task)?.text ?? "")
  }

  /// Whether a filter finds its text in a timer's owner, kind or site.
  public func matches(_ timer: TimerRecord, _ filter: TextFilter) -> Bool {
    filter.isEmpty || filter.matches(timer.kind.word) || filter.matches(siteLabel(timer.site))
      || (timer.owner != 0 && filter.matches(label(.task(timer.owner))))
  }

  /// Whether a filter finds its text in a group's name or site.
  public func matches(_ group: GroupRecord, _ filter: TextFilter) -> Bool {
    filter.isEmpty || filter.matches(groupText(group)) || filter.matches(siteLabel(group.site))
  }

  /// Whether a filter finds its text in a finished task's name, id or site.
  public func matches(_ task: FinishedTask, _ filter: TextFilter) -> Bool {
    filter.isEmpty || filter.matches(task.name) || filter.matches("\(task.id)")
      || filter.matches(siteLabel(task.record.site))
  }
}
