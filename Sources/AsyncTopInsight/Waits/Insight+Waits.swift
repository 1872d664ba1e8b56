public import AsyncTopBus

extension Insight {
  /// What a task waits for; nil if it does not wait.
  public func wait(of task: TaskRecord) -> WaitDescription? {
    switch task.waitsFor {
    case .none:
      guard isStarved(task) else { return nil }
      return WaitDescription(kind: .thread, text: "a thread", target: .thread)
    case .task(let id):
      return WaitDescription(kind: .task, text: label(.task(id)), target: .task(id))
    case .group(let id):
      return WaitDescription(kind: .group, text: label(.group(id)), target: .group(id))
    case .timer(let id):
      return WaitDescription(kind: .timer, text: timerText(id), target: .timer(id))
    case .resource(let id):
      return WaitDescription(
        kind: .resource, text: resourceText(id), target: Insight.target(of: task))
    case .continuation:
      let kind = backtrace(of: task)?.waitsIn ?? .continuation
      return WaitDescription(kind: kind, text: kind.rawValue + resumption(of: task), target: nil)
    case .executor(_, let type):
      let target = Insight.target(of: task)
      let holder = target.flatMap(holder).map { " held by \(label(.task($0.id)))" } ?? ""
      return WaitDescription(kind: .executor, text: executorText(type) + holder, target: target)
    case .future:
      return WaitDescription(
        kind: .future, text: "future" + resumption(of: task), target: Insight.target(of: task))
    case .unknown:
      return WaitDescription(kind: .unknown, text: "something" + resumption(of: task), target: nil)
    }
  }

  /// What a task waits for, if that can be looked at by itself; costs nothing.
  public static func target(of task: TaskRecord) -> EntityID? {
    switch task.waitsFor {
    case .task(let id): .task(id)
    case .group(let id): .group(id)
    case .timer(let id): .timer(id)
    // Those of a kind that are not listed have one id: nobody knows who waits for the same.
    case .resource(let id):
      id == 0 || ResourceRecord.Kind(unlisted: id) != nil ? nil : .resource(id)
    case .future(let address): .future(address)
    case .executor(let address, let type): .executor(address, type: type)
    case .none, .continuation, .unknown: nil
    }
  }

  /// A task's place among those that wait for the same resource, and how many they are: 1 is next.
  ///
  /// Nil for what doesn't serve who came first, such as an event, which wakes all.
  public func queuePlace(of task: TaskRecord) -> (place: Int, count: Int)? {
    guard case .resource(let id) = task.waitsFor, let resource = resource(id),
      resource.kind.hasTurns, let position = taskPosition(task.id)
    else { return nil }
    return queues.place(of: position)
  }

  /// The tasks that wait for it, for something that it holds, or for several of which it is one.
  ///
  /// One pass over all tasks.
  public func waiters(for entity: EntityID) -> [TaskRecord] {
    if entity == .thread { return starved }
    let several = assembly(of: entity)
    return snapshot.tasks.filter { task in
      guard let target = Insight.target(of: task) else { return false }
      return target == entity || target == several
        || holder(of: target).map { .task($0.id) } == entity
    }
  }

  private func assembly(of entity: EntityID) -> EntityID? {
    guard case .task(let id) = entity, let position = taskPosition(id) else { return nil }
    return assemblies.resource(of: snapshot.tasks[position]).map { .resource($0) }
  }

  private func resumption(of task: TaskRecord) -> String {
    let place = siteLabel(task.waitSite)
    return place.isEmpty ? "" : " at \(place)"
  }

  private func timerText(_ id: UInt64) -> String {
    guard let timer = timer(id) else { return "timer" }
    let left = remaining(timer)
    return left >= 0
      ? "timer in " + CompactText.duration(UInt64(left))
      : "timer due " + CompactText.duration(left.magnitude) + " ago"
  }

  private func resourceText(_ id: UInt64) -> String {
    guard let resource = resource(id) else { return Insight.unlistedText(id) }
    var text = label(.resource(id))
    if resource.holder != 0 { text += " held by \(label(.task(resource.holder)))" }
    if isAbandoned(resource) { text += ", which has ended" }
    let level = "\(resource.depth)" + (resource.capacity > 0 ? " of \(resource.capacity)" : "")
    switch resource.kind {
    case .queue:
      // Of some that wait for room and some that do not, nobody knows which.
      if resource.producers > 0 && resource.producers == resource.waiters {
        text = "room in " + text
      }
      text += ", \(level) queued"
    case .semaphore where resource.capacity > 1: text += ", \(level) taken"
    case .barrier: text += ", \(level) arrived"
    case .allOf, .anyOf: text += ", \(level) ended"
    default: break
    }
    return text
  }

  /// What an executor is called, by the site of its class's name: `actor Bank`.
  public func executorText(_ type: UInt32) -> String {
    guard let name = location(type)?.function, !name.isEmpty else { return "executor" }
    let last = name.split(separator: ".").last.map(String.init) ?? name
    // The main actor's own executor has a class of its own.
    return ["MainActor", "DispatchMainExecutor"].contains(last) ? "main actor" : "actor \(last)"
  }
}

extension Insight {
  /// A stream that holds so many elements is not read as fast as it is written.
  public static let deepStream: UInt32 = 1000

  func findDeepStreams() -> [ResourceRecord] {
    snapshot.resources.filter { $0.kind == .stream && $0.depth >= Insight.deepStream }
      .sorted { ($1.depth, $0.id) < ($0.depth, $1.id) }
  }

  /// Who reads a stream and who writes to it, as far as is known: `, read by task 7 “indexer”`.
  public func endsText(of stream: ResourceRecord) -> String {
    [("read by", stream.reader), ("written by", stream.writer)].filter { $0.1 != 0 }
      .map { ", \($0.0) \(label(.task($0.1)))" }.joined()
  }
}
