import AsyncTopLinux
import CAsyncTopProbe

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

extension PrivateRegion {
  /// How many slots of a table were ever used.
  @inline(__always)
  func high(of table: TableKind) -> UInt32 {
    switch table {
    case .tasks: unsafe header.pointee.tasks.high
    case .groups: unsafe header.pointee.groups.high
    case .timers: unsafe header.pointee.timers.high
    case .resources: unsafe header.pointee.resources.high
    case .loops: unsafe header.pointee.loops.high
    case .workers: unsafe header.pointee.worker_high
    case .sites: countedSites
    }
  }

  /// Says how many slots of a table were ever used.
  @inline(__always)
  func setHigh(of table: TableKind, to high: UInt32) {
    switch table {
    case .tasks: unsafe header.pointee.tasks.high = high
    case .groups: unsafe header.pointee.groups.high = high
    case .timers: unsafe header.pointee.timers.high = high
    case .resources: unsafe header.pointee.resources.high = high
    case .loops: unsafe header.pointee.loops.high = high
    case .workers: unsafe header.pointee.worker_high = high
    case .sites: countedSites = high
    }
    noteWritten(table, upTo: high)
  }

  /// The arrays that make up a table, as words.
  ///
  /// A task has three, everything else one.
  func arrays(of table: TableKind) -> [SlotArray] {
    let tables = unsafe tables.pointee
    return switch table {
    case .tasks:
      unsafe [
        SlotArray(tables.tasks, ticks: 1 << 1),
        SlotArray(tables.origins, ticks: 1 << 0 | 1 << 7, firstWords: 6),
        SlotArray(tables.details, ticks: 1 << 6, texts: 0b11_1111, firstWords: 6),
      ]
    case .groups: unsafe [SlotArray(tables.groups, ticks: 1 << 3, texts: 0b11_1111 << 8)]
    case .timers: unsafe [SlotArray(tables.timers, ticks: 1 << 2)]
    case .resources:
      unsafe [
        SlotArray(
          tables.resources, ticks: 1 << 1 | 1 << 3, texts: 0b11_1111 << 9, firstWords: 16)
      ]
    case .loops:
      unsafe [
        SlotArray(
          tables.loops, ticks: 1 << 1 | 1 << 16 | 1 << 19, texts: 0b11_1111 << 9, firstWords: 16)
      ]
    case .workers:
      unsafe [SlotArray(tables.workers, ticks: 1 << 5 | 1 << 27, texts: 0b11 << 1)]
    case .sites: unsafe [SlotArray(tables.site_counts)]
    }
  }
}

/// Memory that follows what is in the tables, not what somebody says of them.
///
/// A header of some bytes may claim tables of gigabytes, which are address space and nothing else
/// until a slot is written. So nothing writes a slot, not even zeros, before `makeRoom` agreed.
extension PrivateRegion {
  /// Makes sure of the memory up to a slot that is about to be written.
  ///
  /// - Returns: False if the tables would take more than `RecordingLimits.tableBytes`.
  @inline(__always)
  func makeRoom(for slot: Int, of table: TableKind) -> Bool {
    unsafe slot < written[Int(table.rawValue)] || grow(table, to: slot + 1)
  }

  /// Makes sure of the memory for the slots that a valid event changes: its own, its group's, its
  /// site's.
  @inline(__always)
  func makeRoom(for event: tp_event, _ kind: EventKind) -> Bool {
    guard let table = TableKind(of: kind) else { return true }
    let slot = Int(event.slot)
    guard makeRoom(for: slot, of: table) else { return false }
    if kind == .taskEnded {
      let site = unsafe Int(tables.pointee.origins[slot].site)
      guard makeRoom(for: site, of: .sites) else { return false }
    }
    let group =
      switch kind {
      case .taskOrigin: Int(event.a >> 32)
      case .taskEnded: unsafe Int(tables.pointee.origins[slot].group)
      default: 0
      }
    return group == 0 || makeRoom(for: group - 1, of: .groups)
  }

  private func grow(_ table: TableKind, to count: Int) -> Bool {
    let more = unsafe (count - written[Int(table.rawValue)]) * table.slotBytes
    guard bytes + more <= RecordingLimits.tableBytes else {
      isFull = true
      return false
    }
    setWritten(table, count)
    return true
  }

  private func setWritten(_ table: TableKind, _ count: Int) {
    let index = Int(table.rawValue)
    unsafe bytes += (count - written[index]) * table.slotBytes
    unsafe written[index] = count
  }

  /// Takes note that slots were written by somebody who did not ask.
  func noteWritten(_ table: TableKind, upTo high: UInt32) {
    if unsafe Int(high) > written[Int(table.rawValue)] { setWritten(table, Int(high)) }
  }

  /// Makes slots of a table zero, where they are not; memory of many is given back.
  func clear(_ table: TableKind, _ slots: Range<Int>) {
    let index = Int(table.rawValue)
    let slots = unsafe slots.clamped(to: 0..<written[index])
    guard !slots.isEmpty else { return }
    for array in arrays(of: table) {
      let start = unsafe UnsafeRawPointer(array.start) - UnsafeRawPointer(memory.start)
      let size = 8 * array.words
      memory.clear(start + slots.lowerBound * size..<start + slots.upperBound * size)
    }
    if unsafe slots.upperBound == written[index] { setWritten(table, slots.lowerBound) }
  }
}

extension TableKind {
  /// Bytes of a slot, in all arrays of the table.
  fileprivate var slotBytes: Int {
    switch self {
    case .tasks:
      MemoryLayout<tp_task>.stride + MemoryLayout<tp_task_origin>.stride
        + MemoryLayout<tp_task_detail>.stride
    case .groups: MemoryLayout<tp_group>.stride
    case .timers: MemoryLayout<tp_timer>.stride
    case .resources: MemoryLayout<tp_resource>.stride
    case .loops: MemoryLayout<tp_loop>.stride
    case .workers: MemoryLayout<tp_worker>.stride
    case .sites: MemoryLayout<tp_site_counts>.stride
    }
  }
}
