public import AsyncTopBus

/// Who has what others wait for: the actors that tasks run on, and the threads of the pool.
struct Holders {
  /// Of each executor, by its address, the position of the task that runs on it; -1 if more than
  /// one seems to: a task that goes to an actor is listed there just before it waits for it.
  private var tasks: [UInt64: Int] = [:]
  /// The positions of the tasks that run, the longest first, and of those that starve.
  let running: [Int]
  let starved: [Int]

  /// What is scheduled for longer has no thread, for people.
  static let starvation: UInt64 = 100_000_000

  init(of snapshot: Snapshot) {
    let all = snapshot.tasks
    let running = all.positions(inChunksWhere: { $0[.running] > 0 }) { $0.state == .running }
    for position in running {
      guard let executor = all[position].runsOn?.executor else { continue }
      tasks[executor] = tasks[executor] == nil ? position : -1
    }
    func isStarved(since moment: UInt64) -> Bool {
      snapshot.clock.nanoseconds(snapshot.now -| moment) >= Self.starvation
    }
    let starved = all.positions(
      inChunksWhere: { $0.oldestReady.map(isStarved) ?? false },
      where: { $0.state == .scheduled && $0.waitsFor == .none && isStarved(since: $0.since) })
    func isLonger(_ one: Int, _ other: Int) -> Bool {
      (snapshot.tasks[one].since, one) < (snapshot.tasks[other].since, other)
    }
    self.running = running.sorted(by: isLonger)
    self.starved = starved.sorted(by: isLonger)
  }

  /// The position of the task that runs on an executor; nil if none is seen there.
  func holder(ofExecutor address: UInt64) -> Int? {
    tasks[address].flatMap { $0 < 0 ? nil : $0 }
  }
}

extension Insight {
  /// The task that has what others wait for: that holds a resource, or runs on an actor.
  public func holder(of entity: EntityID) -> TaskRecord? {
    holderPosition(of: entity).map { snapshot.tasks[$0] }
  }

  func holderPosition(of entity: EntityID) -> Int? {
    switch entity {
    case .resource(let id):
      guard let holder = resource(id)?.holder, holder != 0 else { return nil }
      return taskPosition(holder)
    case .executor(let address, _): return holders.holder(ofExecutor: address)
    case .task, .group, .timer, .future, .thread: return nil
    }
  }

  /// Since when a thing has been held without a break, in ticks; nil if nobody holds it.
  ///
  /// Of an actor: since when the task has run that is on it.
  public func heldSince(_ entity: EntityID) -> UInt64? {
    if case .resource(let id) = entity, let resource = resource(id) {
      return resource.holder == 0 ? nil : resource.heldSince
    }
    return holder(of: entity)?.since
  }

  /// Whether a task is runnable and gets no thread.
  public func isStarved(_ task: TaskRecord) -> Bool {
    task.state == .scheduled && task.waitsFor == .none
      && nanoseconds(task.sinceChange(at: snapshot.now)) >= Holders.starvation
  }

  /// The tasks that are runnable and get no thread, the longest first.
  public var starved: [TaskRecord] { holders.starved.map { snapshot.tasks[$0] } }

  /// The tasks that run, the longest first.
  public var running: [TaskRecord] { holders.running.map { snapshot.tasks[$0] } }
}
