import CAsyncTopProbe

/// What the events of a block so far foretell of the next one.
///
/// A block begins with a new context.
@safe
struct EventContext: ~Copyable {
  var ticks: UInt64 = 0
  var worker: UInt16 = 0
  var taskID: UInt64 = 0
  var taskSite: UInt64 = 0
  var taskBits: UInt64 = 0
  var groupID: UInt64 = 0
  var groupAddress: UInt64 = 0
  var timerID: UInt64 = 0
  var timerDeadline: UInt64 = 0
  var timerBits: UInt64 = 0
  // The last slot in each table, and the last one that each worker polled.
  private let slots: UnsafeMutablePointer<UInt32>
  private let polled: UnsafeMutablePointer<UInt32>
  // The workers from here on have polled nothing in this block.
  private var polledEnd = 0

  /// Makes the context of a region with so many workers.
  init(workers: UInt32) {
    unsafe slots = .allocate(capacity: TableKind.allCases.count)
    unsafe polled = .allocate(capacity: max(1, Int(workers)))
    unsafe polled.initialize(repeating: 0, count: max(1, Int(workers)))
    begin(at: 0)
  }

  deinit {
    unsafe slots.deallocate()
    unsafe polled.deallocate()
  }

  /// Forgets everything: a block begins at this moment.
  mutating func begin(at ticks: UInt64) {
    self.ticks = ticks
    worker = 0
    taskID = 0
    taskSite = 0
    taskBits = 0
    groupID = 0
    groupAddress = 0
    timerID = 0
    timerDeadline = 0
    timerBits = 0
    unsafe slots.update(repeating: 0, count: TableKind.allCases.count)
    unsafe polled.update(repeating: 0, count: polledEnd)
    polledEnd = 0
  }

  /// The slot in which the next event of a kind probably is.
  @inline(__always)
  func slot(_ kind: EventKind, worker: UInt16) -> UInt32 {
    switch kind {
    case .pollEnded, .taskEnded: unsafe polled[Int(worker)]
    case .workerStarted, .workerNamed, .workerEnded: UInt32(worker)
    case .mark: 0
    default: unsafe slots[Int(TableKind(of: kind).unsafelyUnwrapped.rawValue)]
    }
  }

  /// Learns from an event that was written or read.
  @inline(__always)
  mutating func remember(_ event: tp_event, _ kind: EventKind, worker: UInt16) {
    ticks = event.ticks
    self.worker = worker
    if let table = TableKind(of: kind) { unsafe slots[Int(table.rawValue)] = event.slot }
    switch kind {
    case .pollBegan:
      unsafe polled[Int(worker)] = event.slot
      polledEnd = max(polledEnd, Int(worker) + 1)
    case .taskCreated: taskID = event.a
    case .taskOrigin:
      taskSite = event.a & 0xffff_ffff
      taskBits = event.b
    case .groupCreated: groupID = event.a
    case .groupOrigin: groupAddress = event.b
    case .timerArmed:
      timerID = event.a
      timerDeadline = event.b
    case .timerOrigin: timerBits = event.b
    default: break
    }
  }
}
