import CAsyncTopProbe
import AsyncTopLinux

/// A region of one's own: the tables of a live one, without rings.
///
/// Its memory is only used where it is touched. Recording keeps one that follows the app; playback
/// fills one for the views.
///
/// What is applied to it must have passed `RegionValidator`: the reducer trusts its input.
@safe
final class PrivateRegion {
  let capacities: TableCapacities
  /// The tables, in the form that the reducer takes.
  let tables: UnsafeMutablePointer<tp_region>
  /// Sites up to here have counts.
  var countedSites: UInt32 = 0
  let memory: ReservedMemory
  /// The slots of each table from here on are zero and take no memory: see `makeRoom`.
  let written: UnsafeMutablePointer<Int>
  /// Bytes up to there.
  var bytes = 0
  /// Whether something was refused since it would take more than `RecordingLimits.tableBytes`.
  var isFull = false

  /// The header.
  var header: UnsafeMutablePointer<tp_header> { unsafe tables.pointee.header }

  /// Lays out tables and reserves their memory.
  ///
  /// - Throws: `noMemory` if the kernel gives no address space for them.
  init(_ capacities: TableCapacities) throws(RecordingError) {
    precondition(capacities.isAcceptable)
    self.capacities = capacities
    var header = tp_header()
    let size = Self.layOut(&header, capacities)
    do {
      memory = try ReservedMemory(size: size)
    } catch {
      throw RecordingError(
        .noMemory,
        "there is no address space for tables of \(size >> 20) MiB; raise the limit (ulimit -v)",
        cause: error)
    }
    unsafe written = .allocate(capacity: TableKind.allCases.count)
    unsafe written.initialize(repeating: 0, count: TableKind.allCases.count)
    unsafe memory.start.storeBytes(of: header, as: tp_header.self)
    unsafe tables = .allocate(capacity: 1)
    unsafe tables.initialize(to: tp_tables_of(memory.start, &header))
  }

  deinit {
    unsafe tables.deallocate()
    unsafe written.deallocate()
  }

  /// Writes offsets and capacities into a header, as the probe's region has them; returns the size.
  private static func layOut(_ header: inout tp_header, _ capacities: TableCapacities) -> Int {
    var end = UInt64(TP_HEADER_SIZE)
    func part<T>(_ capacity: UInt32, of _: T.Type) -> UInt64 {
      let offset = end
      end = (end + UInt64(capacity) * UInt64(MemoryLayout<T>.stride) + 4095) & ~4095
      return offset
    }
    func table<T>(_ capacity: UInt32, of type: T.Type) -> tp_table {
      tp_table(
        offset: part(capacity, of: type), capacity: capacity,
        stride: UInt32(MemoryLayout<T>.stride), high: 0, block: 0, changes: 0,
        unlisted: 0)
    }
    header.abi_version = TP_ABI_VERSION
    header.header_size = TP_HEADER_SIZE
    header.tasks = table(capacities.tasks, of: tp_task.self)
    header.task_origins = part(capacities.tasks, of: tp_task_origin.self)
    header.task_details = part(capacities.tasks, of: tp_task_detail.self)
    header.groups = table(capacities.groups, of: tp_group.self)
    header.timers = table(capacities.timers, of: tp_timer.self)
    header.resources = table(capacities.resources, of: tp_resource.self)
    header.loops = table(capacities.loops, of: tp_loop.self)
    header.worker_capacity = capacities.workers
    header.workers = part(capacities.workers, of: tp_worker.self)
    header.sites.capacity = capacities.sites
    header.sites.offset = part(capacities.sites, of: tp_site.self)
    header.site_counts = part(capacities.sites, of: tp_site_counts.self)
    // One byte more than the strings have, which stays zero and ends the last one.
    header.strings.capacity = capacities.strings
    header.strings.offset = part(capacities.strings + 1, of: UInt8.self)
    header.modules.capacity = capacities.modules
    header.modules.offset = part(capacities.modules, of: tp_module.self)
    header.stacks.capacity = capacities.stacks
    header.stacks.offset = part(capacities.stacks, of: tp_stack.self)
    header.rings = end
    header.region_size = end
    return Int(end)
  }

  /// Applies a valid event to the tables.
  @inline(__always)
  func apply(_ event: UnsafePointer<tp_event>, of kind: EventKind, worker: UInt16) {
    let slot = unsafe event.pointee.slot
    if let table = TableKind(of: kind), table != .workers { raiseHigh(of: table, above: slot) }
    raiseHigh(of: .workers, above: UInt32(worker))
    if kind == .taskEnded {
      unsafe raiseHigh(of: .sites, above: tables.pointee.origins[Int(slot)].site)
    }
    unsafe tp_reduce(tables, worker, event)
  }

  @inline(__always)
  private func raiseHigh(of table: TableKind, above slot: UInt32) {
    if slot >= high(of: table) { setHigh(of: table, to: slot + 1) }
  }
}
