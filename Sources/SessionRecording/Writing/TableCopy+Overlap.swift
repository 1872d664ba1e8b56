import CTaskProbe

extension TableCopy {
  /// Whether a valid event that is not later than the copy's end is in the copy: rules 3 and 4.
  func contains(_ event: tp_event, _ kind: EventKind) -> Bool {
    switch kind {
    case .taskCreated: unsafe origin(event).pointee.created >= event.ticks
    case .taskScheduled, .pollBegan, .pollEnded, .taskEnded:
      unsafe isTask(event) && event.ticks <= task(event).pointee.since
    case .taskOrigin, .taskNamed, .taskCancelled: false
    default:
      switch TableKind(of: kind) {
      case .groups: event.ticks <= groupsBegan
      case .timers: event.ticks <= timersBegan
      case .resources: event.ticks <= resourcesBegan
      case .loops: event.ticks <= loopsBegan
      default: false
      }
    }
  }

  /// Brings the copy up to date with an event that is not later than its end.
  func apply(_ event: tp_event, _ kind: EventKind, worker: UInt16) {
    let group = unsafe isTask(event) && kind.changesGroup ? groupOfTask(event, kind) : nil
    let counts = unsafe group.map { unsafe ($0.pointee.spawned, $0.pointee.ended) }
    var copy = event
    if contains(event, kind) {
      unsafe tp_reduce_worker(region.tables, worker, &copy)
    } else {
      unsafe region.apply(&copy, of: kind, worker: worker)
    }
    guard let group = unsafe group, let counts else { return }
    let isCounted = event.ticks <= groupsBegan
    unsafe group.pointee.spawned = counts.0 + (kind == .taskOrigin && !isCounted ? 1 : 0)
    unsafe group.pointee.ended = counts.1 + (kind == .taskEnded && !isCounted ? 1 : 0)
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

  private func groupOfTask(
    _ event: tp_event, _ kind: EventKind
  ) -> UnsafeMutablePointer<tp_group>? {
    let number =
      kind == .taskOrigin ? UInt32(event.a >> 32) : unsafe origin(event).pointee.group
    return unsafe number == 0 ? nil : region.tables.pointee.groups + Int(number - 1)
  }
}

extension EventKind {
  /// Whether an event of this kind counts a child of a group.
  fileprivate var changesGroup: Bool { self == .taskOrigin || self == .taskEnded }
}
