import AsyncTopBus
import AsyncTopLinux
import CAsyncTopProbe
import Synchronization

/// Copies the tables of a live region while its app runs, and decides for each event of that time
/// whether the copy already contains it.
///
/// 1. First it is noted which events were collected; those after them are applied to the copy. Then
///    the tables are copied, and after them the workers' records, each with the number of events
///    that it counts.
/// 2. An app reads the clock, changes the tables, and only then writes the event to its ring. So an
///    event later than the copy's end is in no slot of it, and one that is not later may be.
/// 3. Most events can be applied twice, in their order: what they say, they say absolutely. What
///    counts or measures can't: a task's changes of state, a group's children, a loop's iterations,
///    the waits for a resource, the ends of a site's tasks.
/// 4. If an event creates the entity, it and all that follow are applied: it makes the slot anew.
/// 5. Else a change of a task's state is in the copy if the slot's last change is not before it;
///    the end of a task is in its site's counts if its number among the ends of its worker is not
///    above those that the worker had when the counts were copied; and what counts elsewhere is in
///    the copy if it is not later than the moment at which the slot was copied.
/// 6. The app marks a task's slot while it changes a task, and its worker's count of ends from the
///    change of a site to the event in the ring. A copy that was made meanwhile is made again, so
///    tasks and the counts of sites are exact; only of an app that is stopped in the midst of such
///    a change for longer than `CopyPatience` allows, one task of each thread may be counted
///    wrongly. What has no such mark, a group's children, a resource's waits and a worker's record,
///    may have one event of each thread counted twice, or not, which was interrupted between
///    reading the clock and writing it.
///
/// What the app keeps in slots for itself (links of lists, counters of its ids) becomes zero in the
/// copy, and so do slots that are free, and what no event keeps true: on which actor a task runs.
@safe
struct TableCopy {
  /// The latest moment of an event that the copy may contain.
  private(set) var end: UInt64 = 0
  /// How many events the copied record of each worker counts.
  private(set) var counted: [UInt64] = []
  /// The ends of tasks, by worker, that the counts of so many sites contain: rule 5.
  var siteEndings: [[UInt64]] = []
  // When each slot was copied: rule 5.
  var groupMoments: [UInt64] = []
  var loopMoments: [UInt64] = []
  var resourceMoments: [UInt64] = []
  // The slots of tasks that rule 4 is about.
  var createdTasks: Set<UInt32> = []
  private let live: tp_region
  private(set) var region: PrivateRegion
  private let validator: RegionValidator

  /// Prepares to copy a live region's tables into one's own.
  init(of live: tp_region, to region: PrivateRegion) {
    unsafe self.live = unsafe live
    self.region = region
    validator = RegionValidator(region)
  }

  private var now: UInt64 {
    var live = unsafe live
    return unsafe tp_now_of(&live)
  }

  /// The same copy, whose tables are another region's by now.
  consuming func moved(to region: PrivateRegion) -> TableCopy {
    var copy = self
    copy.region = region
    return copy
  }

  /// Copies all tables.
  mutating func copy() {
    createdTasks = []
    var patience = CopyPatience()
    copyTasks(&patience)
    copySiteCounts(&patience)
    groupMoments = unsafe copy(.groups, from: live.groups, to: region.tables.pointee.groups) { _ in
    }
    _ = unsafe copy(.timers, from: live.timers, to: region.tables.pointee.timers) { timer in
      timer.arms = 0
    }
    resourceMoments = unsafe copy(
      .resources, from: live.resources, to: region.tables.pointee.resources
    ) {
      $0.generation = 0
    }
    loopMoments = unsafe copy(.loops, from: live.loops, to: region.tables.pointee.loops) { loop in
      loop.iteration_began = 0
    }
    copyWorkers()
    end = now
  }

  private mutating func copyWorkers() {
    // The last one is shared by the threads that found none, and has no ring.
    let high = unsafe min(liveHigh(.workers), Int(live.worker_capacity) - 1)
    counted = (0..<high).map { index in
      let head = unsafe WorkerHead(live, worker: UInt16(index))
      var (worker, events) = head.copyRecord({ unsafe EventRing(of: index, in: live) }, { now })
      // What only leads to the ring.
      worker.head = 0
      worker.endings = 0
      worker.ring_since = 0
      worker.ring_place = 0
      if worker.name.15 != 0 { worker.name = tp_worker().name }
      unsafe region.tables.pointee.workers[index] = worker
      return events
    }
    region.setHigh(of: .workers, to: UInt32(high))
  }

  private func liveHigh(_ table: TableKind) -> Int {
    let header = unsafe live.header.pointee
    let high =
      switch table {
      case .tasks: header.tasks.high
      case .groups: header.groups.high
      case .timers: header.timers.high
      case .resources: header.resources.high
      case .loops: header.loops.high
      case .workers: header.worker_high
      case .sites: header.sites.used
      }
    // Without room for all of a table, what has the first slots is recorded.
    var end = Int(min(high, region.capacities[table]))
    while end > 0, !region.makeRoom(for: end - 1, of: table) { end /= 2 }
    return end
  }

  // So many sites are copied between two looks at the workers' counts of ends.
  static let sitesAtOnce = 16

  private mutating func copySiteCounts(_ patience: inout CopyPatience) {
    let tables = unsafe region.tables.pointee
    var live = unsafe live
    let high = liveHigh(.sites)
    siteEndings = stride(from: 0, to: high, by: Self.sitesAtOnce).map { first in
      let count = min(Self.sitesAtOnce, high - first)
      var attempt = 0
      while true {
        let before = endings
        atomicMemoryFence(ordering: .acquiring)
        for site in first..<first + count {
          unsafe tables.site_counts[site] = unsafe tp_counts_of_site(&live, UInt32(site))
        }
        atomicMemoryFence(ordering: .acquiring)
        let isWhole = before == endings && before.allSatisfy { $0 & 1 == 0 }
        if isWhole || !patience.allowsAgain(&attempt) { return before.map { $0 / 2 } }
      }
    }
    region.setHigh(of: .sites, to: UInt32(high))
  }

  private var endings: [UInt64] {
    let high = unsafe min(live.header.pointee.worker_high, live.worker_capacity)
    return (0..<Int(high)).map { unsafe live.workers[$0].endings }
  }

  /// Whether the end of a task on a worker, the so-manieth there, is in the counts of a site.
  func contains(ending number: UInt64, of worker: UInt16, inCountsOf site: UInt32) -> Bool {
    let part = Int(site) / Self.sitesAtOnce
    guard part < siteEndings.count, worker < siteEndings[part].count else { return false }
    return number <= siteEndings[part][Int(worker)]
  }

  private func copyTasks(_ patience: inout CopyPatience) {
    let high = liveHigh(.tasks)
    let tables = unsafe region.tables.pointee
    for slot in 0..<high {
      let task = unsafe live.tasks + slot
      var attempt = 0
      while true {
        let before = unsafe (task.pointee.id, task.pointee.since, task.pointee.changing)
        atomicMemoryFence(ordering: .acquiring)
        unsafe tables.tasks[slot] = unsafe task.pointee
        unsafe tables.origins[slot] = unsafe live.origins[slot]
        unsafe tables.details[slot] = unsafe live.details[slot]
        atomicMemoryFence(ordering: .acquiring)
        let after = unsafe (task.pointee.id, task.pointee.since, task.pointee.changing)
        if before == after && before.2 == 0 || !patience.allowsAgain(&attempt) { break }
      }
      unsafe tables.tasks[slot].changing = 0
      if unsafe tables.tasks[slot].state == TP_TASK_RUNNING.rawValue {
        unsafe tables.tasks[slot].wait_kind = UInt8(TP_WAIT_NONE.rawValue)
      }
      if unsafe tables.tasks[slot].id == 0 || !validator.acceptsSlot(slot, of: .tasks) {
        for array in region.arrays(of: .tasks) { array.clear(slot..<slot + 1) }
      }
    }
    region.setHigh(of: .tasks, to: UInt32(high))
  }

  // The id is a slot's first word in each of these tables.
  private func copy<Slot>(
    _ table: TableKind, from source: UnsafeMutablePointer<Slot>,
    to target: UnsafeMutablePointer<Slot>, clean: (inout Slot) -> Void
  ) -> [UInt64] {
    let high = liveHigh(table)
    let isCounting = table != .timers
    var moments: [UInt64] = []
    let array = unsafe SlotArray(source)
    for slot in 0..<high {
      var (id, moment): (UInt64, UInt64) = (0, 0)
      for _ in 0..<8 {
        moment = isCounting ? now : 0
        id = unsafe tp_load_acquire(array.slot(slot))
        unsafe target[slot] = unsafe source[slot]
        atomicMemoryFence(ordering: .acquiring)
        if unsafe tp_load(array.slot(slot)) == id { break }
      }
      if isCounting { moments.append(moment) }
      unsafe clean(&target[slot])
      if id == 0 || !validator.acceptsSlot(slot, of: table) {
        unsafe SlotArray(target).clear(slot..<slot + 1)
      }
    }
    region.setHigh(of: table, to: UInt32(high))
    return moments
  }
}

/// How long a copy of the tables waits for threads that are in the midst of a change.
///
/// Most changes take some nanoseconds, but the thread may be interrupted, and then waits for a
/// processor.
struct CopyPatience {
  // Together at least a tenth of a second.
  private static let pauses = 1000
  private static let attempts = 8
  private var pausesLeft = Self.pauses

  /// Whether to copy once more what was changed meanwhile.
  mutating func allowsAgain(_ attempt: inout Int) -> Bool {
    attempt += 1
    guard attempt % Self.attempts == 0 else { return true }
    guard pausesLeft > 0 else { return false }
    pausesLeft -= 1
    BackgroundThread.pause(microseconds: 100)
    return true
  }
}

extension TableCopy {
  /// Whether a valid event that is not later than the copy's end is in the copy.
  func contains(_ event: tp_event, _ kind: EventKind) -> Bool {
    switch kind {
    case .taskScheduled, .pollBegan, .pollEnded, .taskEnded:
      unsafe isTask(event) && event.ticks <= task(event).pointee.since
        && !createdTasks.contains(event.slot)
    case .loopRan: event.ticks <= Self.moment(event.slot, loopMoments)
    default: false
    }
  }

  /// Brings the copy up to date with a valid event that is not later than its end.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - kind: Its kind.
  ///   - worker: Who reported it.
  ///   - isCounted: Whether the copy of the worker's record counts it.
  mutating func apply(_ event: tp_event, _ kind: EventKind, worker: UInt16, isCounted: Bool) {
    noteCreation(event, kind)
    let counted = countedBefore(event, kind, worker)
    let record = unsafe region.tables.pointee.workers[Int(worker)]
    let slot = isTask(event) && kind.changesGroup ? groupOfTask(event, kind) : nil
    let group = unsafe slot.map { unsafe region.tables.pointee.groups + Int($0) }
    let counts = unsafe group.map { unsafe ($0.pointee.spawned, $0.pointee.ended) }
    var copy = event
    if contains(event, kind) {
      unsafe tp_reduce_worker(region.tables, worker, &copy)
    } else {
      unsafe region.apply(&copy, of: kind, worker: worker)
    }
    if isCounted { unsafe region.tables.pointee.workers[Int(worker)] = record }
    counted.map(restore)
    guard let slot, let group = unsafe group, let counts else { return }
    let isInCopy = event.ticks <= Self.moment(slot, groupMoments)
    unsafe group.pointee.spawned = counts.0 +| (kind == .taskOrigin && !isInCopy ? 1 : 0)
    unsafe group.pointee.ended = counts.1 +| (kind == .taskEnded && !isInCopy ? 1 : 0)
  }

  private mutating func noteCreation(_ event: tp_event, _ kind: EventKind) {
    let slot = Int(event.slot)
    switch kind {
    case .taskCreated: createdTasks.insert(event.slot)
    case .groupCreated where slot < groupMoments.count: groupMoments[slot] = 0
    case .loopStarted where slot < loopMoments.count: loopMoments[slot] = 0
    case .resourceCreated where slot < resourceMoments.count: resourceMoments[slot] = 0
    default: break
    }
  }

  // What an event counts in a table that was copied after it happened: it is in there already.
  private enum Counted {
    case resource(Int, tp_resource)
    case site(Int, tp_site_counts)
  }

  private func countedBefore(
    _ event: tp_event, _ kind: EventKind, _ worker: UInt16
  ) -> Counted? {
    let tables = unsafe region.tables.pointee
    switch kind {
    case .taskScheduled where isTask(event):
      let slot = unsafe UInt32(truncatingIfNeeded: task(event).pointee.wait_target)
      guard unsafe slot < tables.resource_capacity,
        event.ticks <= Self.moment(slot, resourceMoments)
      else { return nil }
      return unsafe .resource(Int(slot), tables.resources[Int(slot)])
    case .resourceHeld where event.ticks <= Self.moment(event.slot, resourceMoments):
      return unsafe .resource(Int(event.slot), tables.resources[Int(event.slot)])
    case .taskEnded where isTask(event):
      let site = unsafe origin(event).pointee.site
      guard unsafe site < tables.site_capacity,
        contains(ending: event.b, of: worker, inCountsOf: site)
      else { return nil }
      return unsafe .site(Int(site), tables.site_counts[Int(site)])
    default: return nil
    }
  }

  private func restore(_ counted: Counted) {
    let tables = unsafe region.tables.pointee
    switch counted {
    case .resource(let slot, let before):
      unsafe tables.resources[slot].waits = before.waits
      unsafe tables.resources[slot].waited = before.waited
      unsafe tables.resources[slot].longest_wait = before.longest_wait
      unsafe tables.resources[slot].uses = before.uses
      unsafe tables.resources[slot].released_by = before.released_by
      unsafe tables.resources[slot].released_from = before.released_from
    case .site(let site, let before): unsafe tables.site_counts[site] = before
    }
  }

  private func task(_ event: tp_event) -> UnsafeMutablePointer<tp_task> {
    unsafe region.tables.pointee.tasks + Int(event.slot)
  }

  private func origin(_ event: tp_event) -> UnsafeMutablePointer<tp_task_origin> {
    unsafe region.tables.pointee.origins + Int(event.slot)
  }

  private func isTask(_ event: tp_event) -> Bool {
    unsafe TableKind(of: EventKind(rawValue: event.kind) ?? .mark) == .tasks
      && UInt16(truncatingIfNeeded: task(event).pointee.id) == event.tag
  }

  // When a slot was copied; 0 for one that was used later.
  private static func moment(_ slot: UInt32, _ moments: [UInt64]) -> UInt64 {
    slot < moments.count ? moments[Int(slot)] : 0
  }

  private func groupOfTask(_ event: tp_event, _ kind: EventKind) -> UInt32? {
    let number = kind == .taskOrigin ? UInt32(event.a >> 32) : unsafe origin(event).pointee.group
    return number == 0 ? nil : number - 1
  }
}

extension EventKind {
  /// Whether an event of this kind counts a child of a group.
  fileprivate var changesGroup: Bool { self == .taskOrigin || self == .taskEnded }
}
