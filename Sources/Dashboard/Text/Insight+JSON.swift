import Instrumentation
import TaskInsight

extension Insight {
  typealias Members = [(name: String, value: JSONValue)]

  /// A task as an object.
  func json(_ task: TaskRecord) -> JSONValue { .object(members(task)) }

  /// A timer as an object.
  func json(_ timer: TimerRecord) -> JSONValue {
    .object([
      ("id", .number(timer.id)), ("kind", .string(timer.kind.word)),
      ("remaining_ns", .signed(remaining(timer))),
      ("owner", timer.owner == 0 ? .null : .number(timer.owner)), ("site", json(site: timer.site)),
    ])
  }

  /// What stands at a node of the tree, as members of an object.
  func json(node: Int) -> Members {
    switch tree.node(node) {
    case .task(let position):
      return [("type", .string("task"))] + members(snapshot.tasks[position])
    case .group(let position):
      let group = snapshot.groups[position]
      return [
        ("type", .string("group")), ("id", .number(group.id)), ("name", .string(group.name)),
        ("running", .number(group.live)), ("spawned", .number(group.spawned)),
        ("ended", .number(group.ended)), ("relation", .string(Relation.group.rawValue)),
        ("cancelled", .bool(group.isCancelled)),
        ("site", json(site: group.site)),
      ]
    case .finished(let position):
      let task = finished[position]
      return [
        ("type", .string("finished")), ("id", .number(task.id)), ("name", .string(task.name)),
        ("relation", .string(relation(at: node).rawValue)),
        ("outcome", .string(task.outcomeWord)), ("site", json(site: task.record.site)),
      ]
    }
  }

  private func members(_ task: TaskRecord) -> Members {
    let now = snapshot.now
    func time(_ ticks: UInt64) -> JSONValue { .number(nanoseconds(ticks)) }
    return [
      ("id", .number(task.id)), ("name", .string(snapshot.name(of: task))),
      ("state", .string(task.state.word)), ("cancelled", .bool(task.flags.contains(.cancelled))),
      ("relation", .string(relation(of: task).rawValue)),
      ("parent", task.parent == 0 ? .null : .number(task.parent)),
      ("age_ns", time(task.age(at: now))), ("busy_ns", time(task.busy(at: now))),
      ("scheduled_ns", time(task.scheduled(at: now))), ("idle_ns", time(task.idle(at: now))),
      ("since_ns", time(task.sinceChange(at: now))), ("polls", .number(task.polls)),
      ("wakes", .number(UInt64(task.wakes))), ("priority", .number(UInt64(task.priority))),
      ("waits_for", json(wait: task)), ("site", json(site: task.site)),
    ]
  }

  private func json(wait task: TaskRecord) -> JSONValue {
    guard let wait = wait(of: task) else { return .null }
    var members: Members = [("kind", .string(wait.kind.rawValue)), ("text", .string(wait.text))]
    switch wait.target {
    case .task(let id), .group(let id), .timer(let id), .resource(let id):
      members.append(("id", .number(id)))
    case nil: break
    }
    return .object(members)
  }

  private func json(site number: UInt32) -> JSONValue {
    guard let place = place(number) else { return .null }
    return .object([
      ("function", .string(place.function)), ("file", .string(place.file)),
      ("line", .number(UInt64(place.line))),
    ])
  }
}
