import AsyncTopBus

extension Insight {
  /// Orders the tasks by a column.
  ///
  /// Texts are ordered by their first eight bytes, which takes no longer than numbers do.
  ///
  /// - Parameters:
  ///   - column: What is compared.
  ///   - descending: Whether the largest comes first.
  ///   - filter: Leaves out what it doesn't match.
  /// - Returns: Positions of the snapshot's tasks.
  public func order(
    tasksBy column: TaskColumn, descending: Bool, filter: TextFilter
  ) -> LazyOrder {
    let (tasks, now) = (snapshot.tasks, snapshot.now)
    let key: (Int) -> UInt64 =
      switch column {
      case .state: { UInt64(tasks[$0].state.rawValue) }
      case .id: { tasks[$0].id }
      case .name: { self.textKey(self.displayName(of: tasks[$0])) }
      case .age: { tasks[$0].age(at: now) }
      case .busy: { tasks[$0].busy(at: now) }
      case .scheduled: { tasks[$0].scheduled(at: now) }
      case .idle: { tasks[$0].idle(at: now) }
      case .polls: { tasks[$0].polls }
      case .waitsFor: { self.textKey(self.wait(of: tasks[$0])?.text ?? "") }
      case .since: { tasks[$0].sinceChange(at: now) }
      case .at: { self.textKey(self.atLabel(tasks[$0])) }
      case .site: { self.textKey(self.siteLabel(tasks[$0].site)) }
      }
    guard !filter.isEmpty else {
      return LazyOrder(count: tasks.count, descending: descending, key: key)
    }
    let matcher = Matcher(filter, self)
    return LazyOrder(count: tasks.count, descending: descending) { row in
      matcher.matches(tasks[row]) ? key(row) : nil
    }
  }

  /// The timers in the order of a column; positions of the snapshot's timers.
  public func order(
    timersBy column: TimerColumn, descending: Bool, filter: TextFilter
  ) -> LazyOrder {
    let timers = snapshot.timers
    let key: (Int) -> UInt64 =
      switch column {
      case .id: { timers[$0].id }
      case .left: { timers[$0].deadline }
      case .kind: { UInt64(timers[$0].kind.rawValue) }
      case .owner: { timers[$0].owner }
      case .site: { self.textKey(self.siteLabel(timers[$0].site)) }
      }
    guard !filter.isEmpty else {
      return LazyOrder(count: timers.count, descending: descending, key: key)
    }
    let matcher = Matcher(filter, self)
    return LazyOrder(count: timers.count, descending: descending) { row in
      matcher.matches(timers[row]) ? key(row) : nil
    }
  }

  /// The first bytes of a text as a number that is ordered like the text; an empty text comes last.
  private func textKey(_ text: String) -> UInt64 {
    var key: UInt64 = 0
    var count = 0
    for byte in text.utf8.prefix(8) {
      key = key << 8 | UInt64(byte)
      count += 1
    }
    return count == 0 ? .max : key << UInt64(8 * (8 - count))
  }
}
