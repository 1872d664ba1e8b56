import CAsyncTopProbe
import AsyncTopBus

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
