import CAsyncTopProbe
import Foundation
import AsyncTopBus

@testable import AsyncTopRecording

/// This process as an app that reports to a region, from threads that do what tasks do.
enum ProbedApp {
  static let ringCapacity: UInt32 = 1 << 13

  /// The region, made once.
  static let start: Bool = {
    guard tp_start_for_testing(4096, ringCapacity) else { return false }
    return unsafe tp_source_site("App.swift", 1, nil) == 1
  }()

  static var region: tp_region { unsafe tp_own_region() }

  /// The region as a recorder gets it.
  static func memory(isAsked: Bool = true) -> RegionMemory {
    final class Owner {}
    return unsafe RegionMemory(
      tables: region, keeping: Owner(), observers: isAsked ? ObserversPage(ownProcess: ()) : nil)
  }

  /// Runs work on so many threads and waits for them.
  static func onThreads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
    final class Work {
      let run: () -> Void
      init(_ run: @escaping () -> Void) { self.run = run }
    }
    let threads = (0..<count).map { index in
      var thread = pthread_t()
      let work = unsafe Unmanaged.passRetained(Work { work(index) }).toOpaque()
      unsafe pthread_create(
        &thread, nil,
        { work in
          unsafe Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().run()
          return nil
        }, work)
      return thread
    }
    // Joined, so that they have reported their end too.
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Reports the lives of tasks, timers and resources: some ten events for each round.
  ///
  /// - Parameters:
  ///   - rounds: How many.
  ///   - seed: What happens in them.
  ///   - pause: Called every hundred rounds.
  static func live(rounds: Int, seed: UInt64, pause: () -> Void = {}) {
    var random = SeededGenerator(seed: seed)
    let group = unsafe tp_group_created(1, 0xabcd, 1, "children")
    let resource = unsafe tp_resource_created(6, 1, "queue")
    for round in 0..<rounds {
      let taken = unsafe tp_take_slot(tp_task_pool())
      if round % 100 == 99 { pause() }
      guard taken > 0 else { continue }
      let slot = taken - 1
      let id = seed << 32 | UInt64(round) + 1
      emit(TP_EVENT_TASK_CREATED, slot, id, 0, id, 0)
      emit(TP_EVENT_TASK_ORIGIN, slot, id, 0, UInt64(group) << 32 | 1, 21 << 16)
      emit(TP_EVENT_TASK_SCHEDULED, slot, id, 0, 0, 0)
      let polls = random.next() % 3
      for _ in 0...polls {
        emit(TP_EVENT_POLL_BEGAN, slot, id, 0, 0, 0)
        let timer = tp_timer_armed(1, tp_monotonic() + 1_000_000, id, 1, 0, true)
        emit(TP_EVENT_POLL_ENDED, slot, id, 5, timer, 1)
        tp_timer_ended(timer, 1)
        emit(TP_EVENT_TASK_SCHEDULED, slot, id, 0, 0, 0)
      }
      tp_resource_level(resource, UInt32(round % 7), 10, 2, UInt32(round % 3))
      emit(TP_EVENT_POLL_BEGAN, slot, id, 0, 0, 0)
      // Some stay for ever.
      guard !random.oneIn(200) else { continue }
      emit(TP_EVENT_TASK_ENDED, slot, id, 1, 0, 0)
      unsafe tp_give_slot(tp_task_pool(), slot)
    }
  }

  private static func emit(
    _ kind: tp_event_kind, _ slot: UInt32, _ id: UInt64, _ detail: UInt8, _ a: UInt64, _ b: UInt64
  ) {
    unsafe tp_emit(
      tp_current_thread(),
      tp_event(
        ticks: tp_ticks(), slot: slot, kind: UInt8(kind.rawValue), detail: detail,
        tag: UInt16(truncatingIfNeeded: id), a: a, b: b))
  }

  /// Events that were ever written to rings.
  static var eventsWritten: UInt64 {
    unsafe (0..<Int(region.header.pointee.worker_high)).reduce(0) {
      unsafe $0 + region.workers[$1].head
    }
  }

  /// A copy of the tables, of use while nobody reports.
  static func copy() throws -> PrivateRegion {
    let copy = try PrivateRegion(TableCapacities(unsafe region.header.pointee))
    var tables = unsafe TableCopy(of: region, to: copy)
    tables.copy()
    return copy
  }
}
