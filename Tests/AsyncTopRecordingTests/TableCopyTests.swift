import CAsyncTopProbe
import Testing

@testable import AsyncTopRecording

@Suite struct `A copy of tables that change` {
  private let live: PrivateRegion
  private let target: PrivateRegion

  init() throws {
    live = try PrivateRegion(.small)
    target = try PrivateRegion(.small)
  }

  private func event(
    _ ticks: UInt64, _ kind: EventKind, _ slot: UInt32, id: UInt64, a: UInt64 = 0
  ) -> DecodedEvent {
    let event = tp_event(
      ticks: ticks, slot: slot, kind: kind.rawValue, detail: 0,
      tag: UInt16(truncatingIfNeeded: id), a: a, b: 0)
    return DecodedEvent(event: event, kind: kind, worker: 0)
  }

  /// Applies what happens to the live tables, and copies them.
  private func copy(after events: [DecodedEvent]) -> TableCopy {
    for var event in events { unsafe live.apply(&event.event, of: event.kind, worker: 0) }
    var copy = unsafe TableCopy(of: live.tables.pointee, to: target)
    copy.copy()
    return copy
  }

  @Test func `does not count again what it contains`() {
    let events = [
      event(10, .groupCreated, 2, id: 9, a: 9), event(20, .loopStarted, 1, id: 0, a: 5),
      event(30, .taskCreated, 3, id: 7, a: 7), event(30, .taskOrigin, 3, id: 7, a: 3 << 32),
      event(40, .taskScheduled, 3, id: 7), event(50, .pollBegan, 3, id: 7),
      event(60, .pollEnded, 3, id: 7), event(70, .loopRan, 1, id: 0, a: 4),
    ]
    var copy = copy(after: events)
    for event in events.dropFirst(3) {
      copy.apply(event.event, event.kind, worker: 0, isCounted: true)
    }
    let tables = unsafe target.tables.pointee
    #expect(unsafe tables.tasks[3].polls == 1 && tables.origins[3].wakes == 1)
    #expect(unsafe tables.tasks[3].since == 60 && tables.tasks[3].busy == 10)
    #expect(unsafe tables.groups[2].spawned == 1)
    #expect(unsafe tables.loops[1].iterations == 1 && tables.loops[1].busy == 4)
    // The copied record has counted the poll.
    #expect(unsafe tables.workers[0].counters.3 == 1)
  }

  @Test func `makes a slot anew whose creation it hears of`() {
    let events = [
      event(10, .groupCreated, 2, id: 9, a: 9), event(30, .taskCreated, 3, id: 7, a: 7),
      event(30, .taskOrigin, 3, id: 7, a: 3 << 32), event(50, .pollBegan, 3, id: 7),
      event(60, .pollEnded, 3, id: 7), event(70, .taskEnded, 3, id: 7),
    ]
    var copy = copy(after: events)
    for event in events { copy.apply(event.event, event.kind, worker: 0, isCounted: true) }
    #expect(target.differences(from: live).filter { !$0.hasPrefix("workers") } == [])
    #expect(unsafe target.tables.pointee.workers[0].counters.3 == 1)
  }

  @Test func `leaves out on which actor a task runs, of which no event tells when that is over`() {
    for var event in [event(30, .taskCreated, 3, id: 7, a: 7), event(40, .pollBegan, 3, id: 7)] {
      unsafe live.apply(&event.event, of: event.kind, worker: 0)
    }
    unsafe live.tables.pointee.tasks[3].wait_target = 4096
    unsafe live.tables.pointee.tasks[3].wait_kind = UInt8(TP_WAIT_EXECUTOR.rawValue)
    _ = copy(after: [])
    let task = unsafe target.tables.pointee.tasks[3]
    #expect(task.state == TP_TASK_RUNNING.rawValue && task.wait_kind == TP_WAIT_NONE.rawValue)
    var end = event(50, .pollEnded, 3, id: 7)
    unsafe live.apply(&end.event, of: .pollEnded, worker: 0)
    unsafe live.tables.pointee.tasks[3].wait_kind = UInt8(TP_WAIT_EXECUTOR.rawValue)
    _ = copy(after: [])
    #expect(
      unsafe target.tables.pointee.tasks[3].wait_kind == TP_WAIT_EXECUTOR.rawValue)
  }

  @Test func `has what came after it added`() {
    var copy = copy(after: [
      event(10, .groupCreated, 2, id: 9, a: 9), event(30, .taskCreated, 3, id: 7, a: 7),
      event(40, .pollBegan, 3, id: 7),
    ])
    for event in [event(50, .pollEnded, 3, id: 7), event(60, .pollBegan, 3, id: 7)] {
      copy.apply(event.event, event.kind, worker: 0, isCounted: false)
    }
    let task = unsafe target.tables.pointee.tasks[3]
    #expect(task.polls == 2 && task.busy == 10 && task.since == 60)
  }

  @Test func `leaves out what the app keeps for itself, and nonsense`() {
    for var event in [
      event(10, .groupCreated, 2, id: 9, a: 9), event(10, .taskCreated, 3, id: 7, a: 7),
      event(10, .taskCreated, 4, id: 8, a: 8), event(20, .groupCreated, 5, id: 1, a: 1),
      event(30, .groupEnded, 5, id: 1),
    ] { unsafe live.apply(&event.event, of: event.kind, worker: 0) }
    unsafe live.tables.pointee.resources[2].id = 1 << 32 | 2
    unsafe live.tables.pointee.resources[2].generation = 4
    unsafe live.header.pointee.resources.high = 3
    unsafe live.tables.pointee.origins[4].group = 999
    _ = copy(after: [])
    let tables = unsafe target.tables.pointee
    #expect(unsafe tables.groups[2].id == 9 && tables.tasks[3].id == 7)
    #expect(unsafe tables.resources[2].id == 1 << 32 | 2 && tables.resources[2].generation == 0)
    #expect(unsafe tables.tasks[4].id == 0 && tables.origins[4].group == 0)
    #expect(unsafe tables.groups[5].created == 0)
  }
}
