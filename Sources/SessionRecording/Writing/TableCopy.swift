import CTaskProbe
import Synchronization

/// Copies the tables of a live region while its app runs, and decides for each event of that time
/// whether the copy already contains it.
///
/// 1. First the heads of all rings are noted; events from there on are applied to the copy. Then
///    the tables are copied, and after them the workers' records, each with the number of events
///    that it counts.
/// 2. An app reads the clock, changes the tables, and only then writes the event to its ring. So an
///    event later than the copy's end is in no slot of it, and one that is not later may be.
/// 3. Most events can be applied twice, in their order: what they say, they say absolutely. What
///    counts or measures can't: a task's changes of state, a group's children, a loop's iterations,
///    the waits for a resource, the ends of a site's tasks.
/// 4. If an event creates the entity, it and all that follow are applied: it makes the slot anew.
/// 5. Else a change of a task's state is in the copy if the slot's last change is not before it,
///    and what counts elsewhere if it is not later than the moment at which the slot was copied.
/// 6. A thread that was interrupted between reading the clock and writing the event may have that
///    one event counted twice, or not.
///
/// What the app keeps in slots for itself (links of lists, counters of its ids) becomes zero in the
/// copy, and so do slots that are free.
@safe
struct TableCopy {
  /// The latest moment of an event that the copy may contain.
  var end: UInt64 = 0
  // When each slot was copied: rule 5.
  var groupMoments: [UInt64] = []
  var loopMoments: [UInt64] = []
  var resourceMoments: [UInt64] = []
  var siteMoments: [UInt64] = []
  // The slots of tasks that rule 4 is about.
  var createdTasks: Set<UInt32> = []
  private let live: tp_region
  let region: PrivateRegion
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

  /// Copies all tables but the workers'.
  mutating func copy() {
    createdTasks = []
    copyTasks()
    copySiteCounts()
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

  private mutating func copySiteCounts() {
    let tables = unsafe region.tables.pointee
    siteMoments = (0..<liveHigh(.sites)).map { site in
      let moment = now
      unsafe tables.site_counts[site] = unsafe live.site_counts[site]
      return moment
    }
    region.setHigh(of: .sites, to: UInt32(siteMoments.count))
  }

  private func copyTasks() {
    let high = liveHigh(.tasks)
    let tables = unsafe region.tables.pointee
    for slot in 0..<high {
      for _ in 0..<8 {
        let before = unsafe (live.tasks[slot].id, live.tasks[slot].since)
        atomicMemoryFence(ordering: .acquiring)
        unsafe tables.tasks[slot] = unsafe live.tasks[slot]
        unsafe tables.origins[slot] = unsafe live.origins[slot]
        unsafe tables.details[slot] = unsafe live.details[slot]
        atomicMemoryFence(ordering: .acquiring)
        if unsafe before == (live.tasks[slot].id, live.tasks[slot].since) { break }
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
