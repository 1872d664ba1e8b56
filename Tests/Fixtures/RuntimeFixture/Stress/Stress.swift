import AsyncRuntime
import Glibc
import AsyncTopLinux
import Synchronization

/// Tasks of two loops and native tasks, on four threads, use one primitive at a time, and are
/// cancelled at any moment.
final class Stress: Sendable {
  private let trial: any Trial
  private let rounds: Int
  private let working = Atomic<Int>(12)

  /// Says what came of each primitive.
  static func main() throws {
    let rounds = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 200
    let trials: [any Trial] = [
      LockTrial(), SemaphoreTrial(), EventTrial(), BarrierTrial(), ConditionTrial(),
      QueueTrial("queue", Queue(capacity: 3)), QueueTrial("stack", LIFOQueue(capacity: 3)),
      QueueTrial("heap", PriorityQueue(capacity: 3)),
    ]
    for trial in trials {
      try Stress(trial, rounds).run()
      print("\(trial.name): \(trial.verdict())")
      fflush(nil)
    }
  }

  init(_ trial: any Trial, _ rounds: Int) {
    self.trial = trial
    self.rounds = rounds
  }

  /// Four workers on each of two loops, and four that are native tasks.
  private func run() throws {
    let loops = try (0..<2).map { number in
      try BackgroundThread(name: "loop \(number)") { [self] in
        do {
          let runner = try Runner()
          try runner.run { try await self.live(isFirst: number == 0) }
          runner.close()
        } catch {
          print("\(error)")
        }
      }
    }
    for loop in loops { loop.join() }
  }

  private func live(isFirst: Bool) async throws {
    var natives: [Task<Void, Never>] = []
    if isFirst {
      natives = (0..<4).map { worker in Task.detached { await self.workNatively(worker) } }
    }
    try await withAsyncTaskGroup { group in
      for worker in 4..<8 { try group.createTask { try await self.work(worker) } }
      if isFirst { try group.createTask { try await self.keepGoing() } }
    }
    for native in natives { await native.value }
  }

  private func work(_ worker: Int) async throws {
    defer { working.subtract(1, ordering: .relaxed) }
    for _ in 0..<rounds {
      let task = createTask { try await self.trial.act(worker) }
      for _ in 0..<Int.random(in: 0..<4) { try await sleep(.zero) }
      if Int.random(in: 0..<3) == 0 { task.cancel() }
      _ = try? await task.value
    }
  }

  private func workNatively(_ worker: Int) async {
    defer { working.subtract(1, ordering: .relaxed) }
    for _ in 0..<rounds {
      let task = Task.detached { try await self.trial.act(worker) }
      for _ in 0..<Int.random(in: 0..<4) { await Task.yield() }
      if Int.random(in: 0..<3) == 0 { task.cancel() }
      _ = await task.result
    }
  }

  // Those that wait when no other comes would wait for ever.
  private func keepGoing() async throws {
    while working.load(ordering: .relaxed) > 0 {
      try await sleep(.milliseconds(1))
      try await trial.nudge()
    }
  }
}
