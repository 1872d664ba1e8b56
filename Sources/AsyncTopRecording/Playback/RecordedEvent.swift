import CAsyncTopProbe

/// An event of a recording, for people.
public struct RecordedEvent: Hashable, Sendable, CustomStringConvertible {
  /// When it was reported, in ticks.
  public let ticks: UInt64
  /// The worker that reported it.
  public let worker: UInt16
  /// The task it is about, if it is about one that is listed.
  public let task: UInt64?
  /// What happened: `task 12: poll began`.
  public let description: String

  init(_ decoded: DecodedEvent, in region: PrivateRegion) {
    let event = decoded.event
    ticks = event.ticks
    worker = decoded.worker
    let tables = unsafe region.tables.pointee
    let what = Self.text(of: decoded.kind)
    switch TableKind(of: decoded.kind) {
    case .tasks:
      let id = unsafe tables.tasks[Int(event.slot)].id
      task = UInt16(truncatingIfNeeded: id) == event.tag ? id : nil
      description = task.map { "task \($0): \(what)" } ?? what
    case .workers:
      task = nil
      description = "worker \(event.slot): \(what)"
    case nil:
      task = nil
      description = what
    case let table?:
      task = nil
      description = "\(Self.noun(of: table)) \(event.slot): \(what)"
    }
  }

  private static func noun(of table: TableKind) -> String {
    switch table {
    case .tasks: "task"
    case .groups: "group"
    case .timers: "timer"
    case .resources: "resource"
    case .loops: "loop"
    case .workers: "worker"
    case .sites: "site"
    }
  }

  private static func text(of kind: EventKind) -> String {
    switch kind {
    case .taskCreated, .groupCreated, .resourceCreated: "created"
    case .taskOrigin, .groupOrigin, .timerOrigin: "origin known"
    case .taskNamed, .groupNamed, .resourceNamed, .loopNamed, .workerNamed: "named"
    case .taskScheduled: "scheduled"
    case .pollBegan: "poll began"
    case .pollEnded: "poll ended"
    case .taskAwaited: "awaited with others"
    case .taskCancelled, .groupCancelled: "cancelled"
    case .taskEnded, .groupEnded, .timerEnded, .resourceEnded, .loopEnded, .workerEnded: "ended"
    case .timerArmed: "armed"
    case .resourceHeld: "holder changed"
    case .resourceLevel: "level changed"
    case .resourceBytes: "bytes counted"
    case .loopStarted, .workerStarted: "started"
    case .loopRan: "iteration ended"
    case .loopLongest: "longest job ended"
    case .loopLevel: "ready and timers counted"
    case .mark: "mark"
    }
  }
}
