import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

extension DashboardModel {
  /// Writes the lines anew, if they are stale.
  mutating func refreshDetails(_ insight: Insight, of entity: EntityID) {
    if details.entity != entity {
      details = DetailsState()
      details.entity = entity
    }
    if details.isStale {
      var lines = DetailsLines(insight, look: options.look, polls: polls)
      details.lines = lines.write(entity)
      details.isStale = false
    }
    details.selection.update(details.lines.map(\.id), visibleRows: layout.body.rows)
  }

  /// Moves among the lines.
  mutating func moveDetails(_ change: (inout ListSelection<String>, [String]) -> Void) {
    change(&details.selection, details.lines.map(\.id))
  }

  /// Looks at something by itself.
  mutating func follow(_ action: ActionID?) -> [Effect] {
    guard let insight else { return [] }
    let target: EntityID? =
      switch action {
      case .details: detailsTarget
      case .followWait: subject.flatMap { insight.waitTarget(of: $0) }
      case .followWaiter: subject.flatMap { insight.waiters(for: $0).first }.map { .task($0.id) }
      case .followOwner: subject.flatMap { insight.owner(of: $0) }
      default: nil
      }
    return target.map { show(.details($0)) } ?? []
  }

  /// What the keys that follow a relation start from.
  private var subject: EntityID? {
    if case .details(let entity) = screen { return entity }
    return selected
  }

  /// What the selected row or line leads to.
  private var detailsTarget: EntityID? {
    guard case .details = screen else { return selected }
    return details.lines.indices.contains(details.selection.index)
      ? details.lines[details.selection.index].target : nil
  }

  /// The task whose polls are wanted, if that is another than before.
  mutating func observe() -> [Effect] {
    var wanted: UInt64?
    if case .details(.task(let id)) = screen { wanted = id }
    guard wanted != observed else { return [] }
    observed = wanted
    polls = wanted.map { PollHistory(task: $0) }
    return [.observe(task: wanted)]
  }
}

extension Insight {
  /// What a task waits for; the task that a timer or a resource belongs to.
  fileprivate func waitTarget(of entity: EntityID) -> EntityID? {
    switch entity {
    case .task(let id): task(id).flatMap { Insight.target(of: $0) }
    case .group, .timer, .resource, .future, .executor, .thread: owner(of: entity)
    }
  }

  /// The group or parent of a task, the owner of a group or timer, the holder of a resource.
  fileprivate func owner(of entity: EntityID) -> EntityID? {
    if let node = node(of: entity), let owner = tree.owner(of: node) {
      return self.entity(at: owner)
    }
    switch entity {
    case .timer(let id):
      return timer(id).flatMap { $0.owner == 0 ? nil : .task($0.owner) }
    case .resource, .executor: return holder(of: entity).map { .task($0.id) }
    case .task, .group, .future, .thread: return nil
    }
  }
}
