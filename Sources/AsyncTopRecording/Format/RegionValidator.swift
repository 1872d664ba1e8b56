import CAsyncTopProbe

/// The checks that an event and a slot must pass, since the reducer and the views follow what is in
/// them.
///
/// Checked is what is used as an index, and that names end. Ids, addresses, moments and kinds may
/// be anything: nobody follows them without looking.
@safe
struct RegionValidator {
  private let capacities: TableCapacities
  private let tables: tp_region

  init(_ region: PrivateRegion) {
    capacities = region.capacities
    unsafe tables = unsafe region.tables.pointee
  }

  /// Whether an event's slot is in its table: required before anything of the slot is looked at.
  @inline(__always)
  func hasSlot(_ slot: UInt32, _ kind: EventKind) -> Bool {
    guard let table = TableKind(of: kind) else { return true }
    return slot < capacities[table]
  }

  /// Whether the region has a worker.
  @inline(__always)
  func hasWorker(_ worker: UInt16) -> Bool { UInt32(worker) < capacities.workers }

  /// Whether the reducer may be given an event.
  @inline(__always)
  func accepts(_ event: tp_event, of kind: EventKind, worker: UInt16) -> Bool {
    guard hasWorker(worker), hasSlot(event.slot, kind) else { return false }
    switch kind {
    case .taskOrigin:
      return isSite(event.a) && event.a >> 32 <= UInt64(capacities.groups)
    case .pollEnded:
      return isSite(event.b & 0xffff) && isStack(UInt16(truncatingIfNeeded: event.b >> 16))
        && event.b >> 48 == 0 && isSite(event.b >> 32)
    case .groupOrigin: return event.a >> 32 == 0 && isSite(event.a)
    case .resourceCreated: return event.b >> 32 == 0 && isSite(event.b)
    case .timerOrigin: return isSite(event.b) && event.b >> 32 <= UInt64(capacities.loops)
    case .taskNamed, .groupNamed, .resourceNamed, .loopNamed:
      return event.detail < 2 || event.detail == 2 && event.b >> 56 == 0
    case .loopLongest: return event.detail == 0 || event.a >> 32 == 0 && isSite(event.a)
    case .mark: return event.a < UInt64(capacities.strings)
    default: return true
    }
  }

  @inline(__always)
  private func isSite(_ number: UInt64) -> Bool {
    UInt32(truncatingIfNeeded: number) < capacities.sites
  }

  @inline(__always)
  private func isStack(_ stack: UInt16) -> Bool {
    let number = UInt32(tp_stack_number(stack))
    return number == 0 || number < capacities.stacks
  }

  /// Whether what is in a slot of the region would be accepted if events had said it.
  func acceptsSlot(_ slot: Int, of table: TableKind) -> Bool {
    let sites = capacities.sites
    switch table {
    case .tasks:
      let task = unsafe tables.tasks[slot]
      let origin = unsafe tables.origins[slot]
      return unsafe UInt32(task.wait_site) < sites && isStack(task.stack)
        && UInt32(task.wait_type) < sites && origin.site < sites
        && tables.details[slot].error_type < sites
        && origin.group <= capacities.groups && Self.ends(tables.details[slot].name)
    case .groups:
      return unsafe tables.groups[slot].site < sites && Self.ends(tables.groups[slot].name)
    case .timers:
      let timer = unsafe tables.timers[slot]
      return timer.site < sites && UInt32(timer.loop) <= capacities.loops
    case .resources:
      return unsafe tables.resources[slot].site < sites && Self.ends(tables.resources[slot].name)
    case .loops:
      let loop = unsafe tables.loops[slot]
      return loop.longest_site < sites && Self.ends(loop.name)
    case .workers:
      return unsafe tables.workers[slot].name.15 == 0
    case .sites:
      return true
    }
  }

  private static func ends(_ name: tp_name) -> Bool { name.text.47 == 0 }
}
