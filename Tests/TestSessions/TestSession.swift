public import AsyncTopBus
import CAsyncTopProbe

/// A session whose region is private and is filled by the real reducer, event by event.
///
/// One tick is one nanosecond. Time stands still until ``advance(_:)``.
@safe
public final class TestSession: Session {
  /// The region.
  public let memory: RegionMemory
  /// The moment, in ticks.
  public private(set) var now: UInt64
  /// Whether the process runs.
  public var isRunning = true
  /// Events that an observer lost.
  public var lostEvents: UInt64 = 0
  var tables: tp_region
  var slots: [UInt64: UInt32] = [:]
  var nextSlot = NextSlot()

  struct NextSlot {
    var task: UInt32 = 0
    var group: UInt32 = 0
    var timer: UInt32 = 0
    var resource: UInt32 = 0
    var site: UInt32 = 1
  }

  /// When the probe started, in ticks.
  public static let start: UInt64 = 1_000_000_000

  /// Makes an empty session.
  public init(tasks: UInt32 = 256) {
    let region = PrivateTables(tasks: tasks)
    unsafe tables = unsafe region.tables
    memory = unsafe RegionMemory(tables: region.tables, keeping: region)
    now = TestSession.start
    let header = unsafe memory.header
    unsafe header.pointee.pid = 4242
    unsafe header.pointee.executable = text("/usr/bin/server")
    unsafe header.pointee.native_status = TP_NATIVE_FULL.rawValue
  }

  /// What is seen of native tasks.
  public var nativeDetail: NativeDetail {
    get { unsafe NativeDetail(rawValue: memory.header.pointee.native_status) ?? .notStarted }
    set { unsafe memory.header.pointee.native_status = newValue.rawValue }
  }

  /// The state now.
  public func snapshot() -> Snapshot {
    let start = SessionClock.Anchor(ticks: TestSession.start, nanoseconds: TestSession.start)
    let later = SessionClock.Anchor(
      ticks: TestSession.start + 1_000_000, nanoseconds: TestSession.start + 1_000_000)
    let clock = SessionClock(start: start, anchor: later, startRealtime: 0)
    return Snapshot(
      of: memory, at: now, clock: clock, ending: isRunning ? nil : .exited, lostEvents: lostEvents)
  }

  /// Lets time pass.
  public func advance(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    now += UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }

  func apply(
    _ kind: tp_event_kind, slot: UInt32, id: UInt64, detail: UInt8 = 0, a: UInt64 = 0,
    b: UInt64 = 0, worker: UInt16 = 0
  ) {
    var event = tp_event(
      ticks: now, slot: slot, kind: UInt8(kind.rawValue), detail: detail,
      tag: UInt16(truncatingIfNeeded: id), a: a, b: b)
    unsafe tp_reduce(&tables, worker, &event)
    let head = unsafe tables.workers[Int(worker)].head
    let place = (Int(worker) * 64 + Int(head % 64)) * MemoryLayout<tp_event>.stride
    unsafe UnsafeMutableRawPointer(tables.rings + place).storeBytes(of: event, as: tp_event.self)
    unsafe tables.workers[Int(worker)].head = head + 1
  }

  func applyName(_ kind: tp_event_kind, slot: UInt32, id: UInt64, _ name: String) {
    var bytes = Array(name.utf8.prefix(47))
    bytes += Array(repeating: 0, count: 48 - bytes.count)
    for part in 0..<3 {
      func word(_ start: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
      }
      apply(
        kind, slot: slot, id: id, detail: UInt8(part), a: word(part * 16), b: word(part * 16 + 8))
    }
  }

  /// Stores a text, as an app would.
  func text(_ text: String) -> UInt32 {
    let header = unsafe memory.header
    let offset = unsafe header.pointee.strings.used
    for (index, byte) in (Array(text.utf8) + [0]).enumerated() {
      unsafe tables.strings[Int(offset) + index] = CChar(bitPattern: byte)
    }
    unsafe header.pointee.strings.used = offset + UInt32(text.utf8.count) + 1
    return offset
  }
}

/// Memory for the tables of a region that no app writes.
@safe
final class PrivateTables {
  let tables: tp_region
  private static let ringBytes = 64 * MemoryLayout<tp_event>.stride
  private let memory: UnsafeMutableRawPointer

  init(tasks: UInt32) {
    var header = tp_header()
    var end = UInt64(TP_HEADER_SIZE)
    func part(_ count: UInt32, _ stride: Int) -> UInt64 {
      defer { end += (UInt64(count) * UInt64(stride) + 4095) & ~4095 }
      return end
    }
    func table<Slot>(_ count: UInt32, of _: Slot.Type) -> tp_table {
      let stride = MemoryLayout<Slot>.stride
      var table = tp_table()
      table.offset = part(count, stride)
      table.capacity = count
      table.stride = UInt32(stride)
      return table
    }
    header.tasks = table(tasks, of: tp_task.self)
    header.task_origins = part(tasks, MemoryLayout<tp_task_origin>.stride)
    header.task_details = part(tasks, MemoryLayout<tp_task_detail>.stride)
    header.groups = table(max(64, tasks / 16), of: tp_group.self)
    header.timers = table(tasks, of: tp_timer.self)
    header.resources = table(64, of: tp_resource.self)
    header.loops = table(8, of: tp_loop.self)
    header.worker_capacity = 16
    header.workers = part(16, MemoryLayout<tp_worker>.stride)
    header.sites = tp_area(
      offset: part(1024, MemoryLayout<tp_site>.stride), capacity: 1024, used: 1)
    header.site_counts = part(1024, MemoryLayout<tp_site_counts>.stride)
    header.strings = tp_area(offset: part(65_536, 1), capacity: 65_536, used: 1)
    header.modules = tp_area(offset: part(8, MemoryLayout<tp_module>.stride), capacity: 8, used: 0)
    header.stacks = tp_area(
      offset: part(256, MemoryLayout<tp_stack>.stride), capacity: 256, used: 1)
    header.ring_bytes = UInt64(16 * Self.ringBytes)
    header.rings = part(16, Self.ringBytes)
    header.region_size = end
    unsafe memory = .allocate(byteCount: Int(end), alignment: 4096)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: Int(end))
    unsafe memory.storeBytes(of: header, as: tp_header.self)
    unsafe tables = tp_tables_of(memory, &header)
  }

  deinit { unsafe memory.deallocate() }
}
