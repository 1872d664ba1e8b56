import CAsyncTopProbe
import Foundation
import Synchronization
import TestSessions
import Testing

@testable import AsyncTopBus

@Suite struct `A slot that is given to others` {
  /// Applies events in the order of their ids, from another thread.
  ///
  /// 1. Only its thread applies events, after `start`.
  /// 2. Who reads, reads the tables as an observer does.
  /// 3. `isDone` becomes true behind the last event.
  @safe
  private final class Writer: @unchecked Sendable {
    private static let rounds: UInt64 = 200_000
    private let session: TestSession
    private var tables: tp_region
    let isDone = Atomic<Bool>(false)

    init(_ session: TestSession) {
      self.session = session
      unsafe tables = session.memory.tables
    }

    func start(_ round: @escaping @Sendable (UInt64, (tp_event) -> Void) -> Void) {
      Thread { [self] in
        for id in 1..<Self.rounds {
          round(id) { event in
            var event = event
            unsafe tp_reduce(&tables, 0, &event)
          }
        }
        isDone.store(true, ordering: .releasing)
      }.start()
    }
  }

  private static func event(
    _ kind: tp_event_kind, _ id: UInt64, ticks: UInt64, a: UInt64 = 0, b: UInt64 = 0
  ) -> tp_event {
    tp_event(
      ticks: ticks, slot: 0, kind: UInt8(kind.rawValue), detail: 1,
      tag: UInt16(truncatingIfNeeded: id), a: a, b: b)
  }

  @Test func `is read as one task's or not at all`() {
    let session = TestSession()
    var tables = unsafe session.memory.tables
    let writer = Writer(session)
    writer.start { id, apply in
      apply(Self.event(TP_EVENT_TASK_CREATED, id, ticks: 7 * id, a: id, b: 3 * id))
      apply(Self.event(TP_EVENT_TASK_ENDED, id, ticks: 7 * id + 1))
    }
    var torn = 0
    while !writer.isDone.load(ordering: .acquiring) {
      var copy = tp_task_copy()
      guard unsafe tp_copy_tasks(&tables, 0, 1, &copy, 1) == 1 else { continue }
      let id = copy.task.id
      let isWhole = copy.origin.created == 7 * id && copy.origin.parent == 3 * id
      torn += isWhole && copy.task.since &- 7 * id <= 1 ? 0 : 1
    }
    #expect(torn == 0)
  }

  @Test func `is read as one timer's or not at all`() {
    let session = TestSession()
    let tables = unsafe session.memory.tables
    let writer = Writer(session)
    writer.start { id, apply in
      apply(Self.event(TP_EVENT_TIMER_ARMED, id, ticks: 7 * id, a: id << 32, b: 3 * id))
      apply(Self.event(TP_EVENT_TIMER_ENDED, id, ticks: 7 * id))
    }
    var torn = 0
    while !writer.isDone.load(ordering: .acquiring) {
      var copy = tp_timer()
      let stride = MemoryLayout<tp_timer>.stride
      guard unsafe tp_copy_slots(tables.timers, stride, 0, 1, &copy, 1) == 1 else { continue }
      let id = copy.id >> 32
      torn += copy.armed == 7 * id && copy.deadline == 3 * id ? 0 : 1
    }
    #expect(torn == 0)
  }
}
