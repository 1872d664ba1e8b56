@testable import AsyncTopBus
import CAsyncTopProbe
import TestSessions
import Testing

@Suite struct `Tasks that are followed` {
  /// A session in which tasks come, go, run and wait by chance.
  private struct Chances {
    let session = TestSession(tasks: 16_384)
    private var random: Random
    private var live: [UInt64] = []
    private var ended: [UInt64] = []
    private var next: UInt64 = 1
    private var slots = 0

    init(seed: UInt64) { random = Random(state: seed) }

    /// So many changes.
    mutating func change(_ count: Int) {
      for _ in 0..<count {
        session.advance(.microseconds(1))
        switch Int.random(in: 0..<8, using: &random) {
        case 0 where slots < 16_000:
          session.create(next, next % 3 == 0 ? "task \(next)" : "")
          live.append(next)
          (next, slots) = (next + 1, slots + 1)
        case 1 where !live.isEmpty:
          let task = live.remove(at: Int.random(in: live.indices, using: &random))
          session.end(task)
          ended.append(task)
        case 2 where !ended.isEmpty:
          let old = ended.remove(at: Int.random(in: ended.indices, using: &random))
          session.reuseSlots(of: [old], by: [next])
          live.append(next)
          next += 1
        case 3: live.randomElement(using: &random).map { session.cancel($0) }
        case 4: live.randomElement(using: &random).map { session.schedule($0) }
        default:
          guard let task = live.randomElement(using: &random) else { continue }
          session.run(task, for: .microseconds(5), thenWait: .timer(9))
        }
      }
    }
  }

  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 33)
    }
  }

  private func bytes(_ tasks: some Sequence<TaskRecord>) -> [[UInt8]] {
    tasks.map { task in unsafe withUnsafeBytes(of: task) { unsafe Array($0) } }
  }

  private func counts(_ sums: TaskSums) -> [Int] {
    TaskState.allCases.map { sums[$0] } + [sums.total, sums.cancelled, sums.awaited]
      + [Int(sums.greatestID), Int(sums.longestPoll), Int(sums.oldestReady ?? 0)]
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `are what a fresh copy has, whatever happens to them`(seed: UInt64) {
    var chances = Chances(seed: seed)
    let memory = chances.session.memory
    let reader = RegionReader(memory: memory)
    var follower = TaskFollower(of: memory)
    var known: Set<UInt64> = []
    for round in 0..<40 {
      chances.change([0, 5, 300, 20_000][round % 4])
      follower.update(from: reader, at: chances.session.now, isLast: false)
      let fresh = chances.session.snapshot().tasks
      #expect(bytes(follower.tasks) == bytes(fresh))
      #expect(counts(follower.tasks.sums) == counts(fresh.sums))
      #expect(fresh.sums.total == fresh.count)
      #expect(fresh.sums[.running] == fresh.count { $0.state == .running })
      #expect(fresh.sums.cancelled == fresh.count { $0.flags.contains(.cancelled) })
      let ids = Set(fresh.map(\.id))
      let gone = Set((follower.departures?.tasks ?? []).map(\.record.id))
      #expect(
        known.subtracting(ids).count <= Departures.limit
          ? gone == known.subtracting(ids)
          : gone.isSubset(of: known.subtracting(ids)))
      known = ids
    }
  }

  @Test func `a snapshot that is kept stays as it was`() {
    var chances = Chances(seed: 7)
    let reader = RegionReader(memory: chances.session.memory)
    var follower = TaskFollower(of: chances.session.memory)
    chances.change(20_000)
    follower.update(from: reader, at: chances.session.now, isLast: false)
    let kept = follower.tasks
    let before = bytes(kept)
    chances.change(20_000)
    follower.update(from: reader, at: chances.session.now, isLast: false)
    #expect(bytes(kept) == before)
    #expect(bytes(follower.tasks) != before)
  }

  @Test func `are found by their positions and slots`() {
    var chances = Chances(seed: 3)
    chances.change(60_000)
    let tasks = chances.session.snapshot().tasks
    #expect(tasks.count > TaskTable.chunkSlots)
    for (position, task) in tasks.enumerated() {
      #expect(tasks[position].id == task.id)
      #expect(tasks.position(inSlot: task.slot) == position)
    }
    var walked: [Int] = []
    tasks.forEach(in: 100..<tasks.count - 100) { position, task in
      walked.append(tasks[position].id == task.id ? position : -1)
    }
    #expect(walked == Array(100..<tasks.count - 100))
    let scheduled = tasks.positions(inChunksWhere: { $0[.scheduled] > 0 }) {
      $0.state == .scheduled
    }
    #expect(scheduled == tasks.indices.filter { tasks[$0].state == .scheduled })
  }
}
