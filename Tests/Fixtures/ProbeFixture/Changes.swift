import AsyncTopBus
import CAsyncTopProbe
import Foundation
import Synchronization

/// What the marks of changed blocks say of slots that change, alone and under load.
enum Changes {
  /// One slot after the other, on this thread.
  static func run() {
    print("started", tp_start_for_testing(1024, 64))
    guard let session = LiveSession(ownProcess: ()) else { return }
    let timers = (0..<100).map { _ in tp_timer_armed(1, 1, 0, 0, 0, false) }
    var (first, second) = (TableChanges(of: session.memory), TableChanges(of: session.memory))
    func look(_ name: String, _ changes: inout TableChanges) {
      changes.beginPass()
      let slots = changes.slots(of: .timers).map { "\($0)" }
      print(name, slots.isEmpty ? "none" : slots.joined(separator: " "))
    }
    look("at-first", &first)
    look("unchanged", &first)
    let slot = UInt32(truncatingIfNeeded: timers[50])
    tp_timer_ended(timers[50], 1)
    look("ended", &first)
    look("ended-unchanged", &first)
    look("second-at-first", &second)
    let again = tp_timer_armed(1, 1, 0, 0, 0, false)
    look("second-armed", &second)
    look("armed", &first)
    print("same-slot", UInt32(truncatingIfNeeded: again) == slot)
    print("block", slot / TP_BLOCK * TP_BLOCK)
    for timer in timers.prefix(16) { tp_timer_ended(timer, 1) }
    look("two-blocks", &first)
    // The epoch is another observer's, and lies in the future: nothing is known for certain.
    unsafe tp_store(&tp_own_observers().pointee.epoch, .max)
    look("foreign", &first)
    unsafe tp_store(&tp_own_observers().pointee.epoch, 0)
    look("lowered", &first)
    look("lowered-unchanged", &first)
  }

  /// Tasks come, go and wait on all threads while two observers follow them; whenever nothing runs
  /// any more, what they have kept is what is in the tables.
  static func underLoad() async {
    print("started", tp_start())
    guard let session = LiveSession(ownProcess: ()) else { return }
    let followers = [Follower(session.memory), Follower(session.memory)]
    for follower in followers { follower.start() }
    var (compared, missed) = (0, 0)
    for _ in 0..<60 {
      await Consistency.churn(rounds: 100)
      for follower in followers {
        let result = follower.compare()
        compared += result.slots
        missed += result.missed
      }
    }
    print("compared", compared)
    print("missed", missed)
    print("passes-with-less", followers.allSatisfy { $0.partialPasses > 0 })
  }
}

/// Keeps copies of a region's tasks and timers by what has changed.
///
/// 1. `kept`, `changes` and `partialPasses` are used under `lock`.
/// 2. The tables are read as an observer reads them.
@safe
private final class Follower: @unchecked Sendable {
  private let memory: RegionMemory
  private let lock = NSLock()
  private var changes: TableChanges
  private var kept: [Int: Slot] = [:]
  private(set) var partialPasses = 0

  /// What must not be missed of a task and a timer.
  private struct Slot: Equatable {
    var task: [UInt64]
    var timer: [UInt64]
  }

  init(_ memory: RegionMemory) {
    self.memory = memory
    changes = TableChanges(of: memory)
  }

  func start() {
    Thread { [self] in
      while true {
        lock.withLock { pass() }
        Thread.sleep(forTimeInterval: 0.0005)
      }
    }.start()
  }

  private func slot(_ number: Int) -> Slot {
    let (task, origin) = unsafe (memory.tables.tasks[number], memory.tables.origins[number])
    let timer = unsafe memory.tables.timers[number]
    return Slot(
      task: [
        task.id, task.since, task.busy, task.polls, task.wait_target, UInt64(task.state),
        UInt64(task.wait_kind), UInt64(origin.wakes), UInt64(origin.flags), UInt64(origin.site),
      ], timer: [timer.id, timer.deadline, timer.owner])
  }

  private var high: Int {
    let header = unsafe memory.header.pointee
    return Int(max(header.tasks.high, header.timers.high))
  }

  private func pass() {
    changes.beginPass()
    var count = 0
    // Tasks and timers are looked at alike: the slots of one table are copied of the other, too,
    // where they say that they have changed, and only there.
    for slots in changes.slots(of: .tasks) {
      count += slots.count
      for number in slots {
        kept[number, default: Slot(task: [], timer: [])].task = slot(number).task
      }
    }
    for slots in changes.slots(of: .timers) {
      for number in slots {
        kept[number, default: Slot(task: [], timer: [])].timer = slot(number).timer
      }
    }
    if count < high { partialPasses += 1 }
  }

  /// A pass, compared with those slots that are the same before and after it.
  func compare() -> (slots: Int, missed: Int) {
    lock.withLock {
      let before = (0..<high).map(slot)
      pass()
      let after = (0..<before.count).map(slot)
      let still = before.indices.filter { before[$0] == after[$0] }
      let missed = still.count { number in
        guard let kept = kept[number] else { return after[number].task[0] != 0 }
        return !kept.task.isEmpty && kept.task != after[number].task
          || !kept.timer.isEmpty && kept.timer != after[number].timer
      }
      return (still.count, missed)
    }
  }
}
