public import AsyncTopBus

/// Something that tasks wait for and that is no task, group or timer, as a row of a list: a
/// resource, or an actor.
public struct ResourceRow: Sendable {
  /// What it is.
  public let entity: EntityID
  /// The resource; nil for an actor.
  public let resource: ResourceRecord?
  /// How many tasks wait for it.
  public let waiters: Int

  /// Whether it is what one task can keep from another, and not a way to the outside, at which it
  /// is usual to wait.
  public var isInside: Bool {
    switch resource?.kind {
    case .socket, .listener, .pipe, .process, .signal, .resolver, .thread, .unknown: false
    default: true
    }
  }

  /// What kind of thing it is, in a word.
  public var kindWord: String { resource?.kind.word ?? "actor" }
}

extension Insight {
  /// The resources, and the actors that tasks run on or wait for.
  ///
  /// One pass over the tasks.
  static func resources(of insight: Insight) -> ContiguousArray<ResourceRow> {
    let snapshot = insight.snapshot
    var actors: [UInt64: (type: UInt32, waiters: Int)] = [:]
    var waiters: [UInt64: Int] = [:]
    for task in snapshot.tasks {
      if case .resource(let id) = task.waitsFor {
        waiters[id, default: 0] += 1
      } else if case .executor(let address, let type) = task.waitsFor {
        let known = actors[address]?.waiters ?? 0
        actors[address] = (type, known + 1)
      } else if let (address, type) = task.runsOn, actors[address] == nil {
        actors[address] = (type, 0)
      }
    }
    var rows = ContiguousArray(
      snapshot.resources.map {
        // Not every kind counts its own; those of tasks that aren't listed are only counted there.
        ResourceRow(
          entity: .resource($0.id), resource: $0, waiters: max(Int($0.waiters), waiters[$0.id] ?? 0)
        )
      })
    for (address, actor) in actors.sorted(by: { $0.key < $1.key }) {
      rows.append(
        ResourceRow(
          entity: .executor(address, type: actor.type), resource: nil, waiters: actor.waiters))
    }
    return rows
  }

  /// Where something stands among the resources and actors.
  public func resourceRow(of entity: EntityID) -> Int? {
    resources.firstIndex { $0.entity == entity }
  }

  /// The name of a resource or the class of an actor; empty if it has none.
  public func name(of row: ResourceRow) -> String {
    if let resource = row.resource { return resource.name }
    guard case .executor(_, let type) = row.entity else { return "" }
    let text = executorText(type)
    return text.hasPrefix("actor ") ? String(text.dropFirst(6)) : text
  }
}
