import AsyncTopBus
import AsyncTopInsight

extension Insight {
  typealias Members = [(name: String, value: JSONValue)]

  /// Writes what stands at a node of the tree, as members of an object.
  func write(node: Int, to writer: inout JSONWriter) {
    switch tree.node(node) {
    case .task(let position):
      writer.member("type", "task")
      write(snapshot.tasks[position], to: &writer)
    case .group(let position):
      let group = snapshot.groups[position]
      writer.members([
        ("type", .string("group")), ("id", .number(group.id)), ("name", .string(group.name)),
        ("running", .number(group.live)), ("spawned", measured(group.spawned, of: group)),
        ("ended", measured(group.ended, of: group)), ("relation", .string(Relation.group.rawValue)),
        ("cancelled", .bool(group.isCancelled)),
        ("site", json(site: group.site)),
      ])
    case .finished(let position):
      let task = finished[position]
      writer.members([
        ("type", .string("finished")), ("id", .number(task.id)), ("name", .string(task.name)),
        ("relation", .string(relation(at: node).rawValue)),
        ("outcome", .string(task.outcomeWord)), ("site", json(site: task.record.site)),
      ])
    case .blocker: break
    }
  }

  /// Writes what stands at a node of the tree of waits, as members of an object.
  func write(waitNode node: Int, to writer: inout JSONWriter) {
    let blocked: Members = [("blocked", .number(UInt64(waits.blockedCount(of: node))))]
    switch waits.node(node) {
    case .task(let position):
      let task = snapshot.tasks[position]
      writer.members([("type", .string("task"))] + blocked)
      writer.member("deadlocked", waitsInCircle(task))
      write(task, to: &writer)
    case .group(let position):
      let group = snapshot.groups[position]
      writer.members(
        [("type", .string("group"))] + blocked + [
          ("id", .number(group.id)), ("name", .string(group.name)),
          ("running", .number(group.live)), ("site", json(site: group.site)),
        ])
    case .blocker(let position):
      writer.members(json(blocker: waits.blockers[position], blocked))
    case .finished: break
    }
  }

  private func json(blocker: EntityID, _ blocked: Members) -> Members {
    switch blocker {
    case .resource(let id):
      guard let resource = resource(id) else { return [] }
      return [("type", .string("resource"))] + blocked + [
        ("id", .number(id)), ("kind", .string(resource.kind.word)),
        ("name", .string(resource.name)),
      ] + json(holderOf: blocker) + [
        ("depth", .number(UInt64(resource.depth))),
        ("capacity", resource.capacity == 0 ? .null : .number(UInt64(resource.capacity))),
        ("waiters", .number(UInt64(resource.waiters))),
        ("producers", .number(UInt64(resource.producers))),
        ("site", json(site: resource.site)),
      ] + json(membersOf: resource)
    case .future(let address):
      return [("type", .string("future"))] + blocked + [("id", .number(address))]
    case .executor(let address, let type):
      return [("type", .string("executor"))] + blocked
        + [("id", .number(address)), ("name", .string(executorText(type)))]
        + json(holderOf: blocker)
    case .thread:
      return [("type", .string("thread"))] + blocked
        + [("running", .array(running.map { .number($0.id) }))]
    case .task, .group, .timer:
      return []
    }
  }

  /// What something is, and its id.
  func json(_ entity: EntityID) -> JSONValue {
    let (type, id): (String, UInt64) =
      switch entity {
      case .task(let id): ("task", id)
      case .group(let id): ("group", id)
      case .timer(let id): ("timer", id)
      case .resource(let id): ("resource", id)
      case .future(let address): ("future", address)
      case .executor(let address, _): ("executor", address)
      case .thread: ("thread", 0)
      }
    return .object([("type", .string(type)), ("id", .number(id))])
  }

  private func write(_ task: TaskRecord, to writer: inout JSONWriter) {
    for field in TaskList.writers { field(task, self, &writer) }
  }

  /// What only a probe can know of a group; null for one that a scan has found.
  private func measured(_ value: UInt64, of group: GroupRecord) -> JSONValue {
    isMeasured(group) ? .number(value) : .null
  }

  /// A longest poll as an object; null if there was none.
  func json(longest poll: LongestPoll?) -> JSONValue {
    guard let poll else { return .null }
    let ago = snapshot.now -| poll.ended
    return .object([
      ("ns", .number(nanoseconds(poll.length))), ("ago_ns", .number(nanoseconds(ago))),
    ])
  }

  /// What has kept a thread for long, as an object.
  func json(_ block: PastBlock) -> JSONValue {
    .object([
      ("task", block.task == 0 ? .null : .number(block.task)), ("site", json(site: block.site)),
      ("ns", .number(block.nanoseconds)), ("ago_ns", .number(block.ago)),
    ])
  }

  func json(_ misuse: LockMisuse) -> JSONValue {
    let (releaser, time): (JSONValue, JSONValue) =
      switch misuse.kind {
      case .abandoned(let time): (.null, .number(time))
      case .released(let task): (.number(task), .null)
      }
    return .object([
      ("resource", .number(misuse.lock)), ("holder", .number(misuse.holder)),
      ("released_by", releaser), ("held_ns", time),
    ])
  }

  /// How late the process is, as an object; null if nothing in it could be.
  var lagJSON: JSONValue {
    guard let lag else { return .null }
    return .object([
      ("now_ns", lag.now.map { .number($0) } ?? .null),
      ("worst_ns", lag.worst.map { .number($0) } ?? .null),
    ])
  }

  /// Writes what a task waits for, as an object; null if for nothing.
  func write(waitOf task: TaskRecord, to writer: inout JSONWriter) {
    guard let wait = wait(of: task) else { return writer.write(.null) }
    writer.object { writer in
      writer.member("kind", wait.kind.rawValue)
      writer.member("text", wait.text)
      switch wait.target {
      case .task(let id), .group(let id), .timer(let id), .resource(let id), .future(let id),
        .executor(let id, _):
        writer.member("id", id)
      case .thread, nil: break
      }
      if case .resource(let id) = wait.target, let resource = resource(id) {
        writer.member("resource", resource.kind.word)
        writer.member("name", resource.name)
        writer.members(json(membersOf: resource))
      }
      if let target = wait.target, heldSince(target) != nil {
        writer.members(json(holderOf: target))
      }
      if case .resource(let id) = task.waitsFor, let kind = ResourceRecord.Kind(unlisted: id) {
        writer.member("resource", kind.word)
      }
      if let place = queuePlace(of: task) { writer.member("place", UInt64(place.place)) }
      if task.waitSite == 0 {
        write(placeOf: task, as: "site", to: &writer)
      } else {
        write(site: task.waitSite, to: &writer)
      }
    }
  }

  /// Writes where a task is as a member, an object; null if it is not known.
  func write(placeOf task: TaskRecord, as name: StaticString, to writer: inout JSONWriter) {
    writer.member(name, as: placeKey(of: task)) { $0.write(json(at(task))) }
  }

  /// Writes the place of a site as the member `site`, an object.
  func write(site number: UInt32, to writer: inout JSONWriter) {
    // The keys of places are none of these: there is no site beyond 2³¹ that is in no task.
    writer.member("site", as: Insight.siteKey(number)) { $0.write(json(site: number)) }
  }

  /// Of what stands for several tasks and futures, how many have not ended, and which tasks.
  private func json(membersOf resource: ResourceRecord) -> Members {
    guard let pending = resource.pending else { return [] }
    return [
      ("pending", .number(UInt64(pending))),
      ("members", .array(members(of: resource.id).map { .number($0.id) })),
    ]
  }

  private func json(holderOf entity: EntityID) -> Members {
    var holder = holder(of: entity)?.id
    if case .resource(let id) = entity, let resource = resource(id), resource.holder != 0 {
      holder = resource.holder
    }
    return [
      ("holder", holder.map { .number($0) } ?? .null),
      ("held_ns", heldSince(entity).map { .number(nanoseconds(snapshot.now -| $0)) } ?? .null),
    ]
  }

  /// The place of a site, as an object.
  func json(site number: UInt32) -> JSONValue {
    json(location(number))
  }

  /// A place as an object; null if it is not known.
  func json(_ place: SourceLocation?) -> JSONValue {
    guard let place else { return .null }
    return .object([
      ("function", .string(place.function)), ("file", .string(place.file)),
      ("line", .number(UInt64(place.line))), ("code", .string("\(place.origin)")),
    ])
  }
}
