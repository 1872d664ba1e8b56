import CAsyncTopProbe
import Dispatch
import AsyncTopBus

/// Over a million polls through everything that Swift's concurrency has, and the counts they leave.
enum Consistency {
  actor Account {
    private var balance = 0

    func deposit() { balance += 1 }

    func transfer() async {
      balance -= 1
      await Task.yield()
      balance += 1
    }
  }

  static func run() async {
    print("started", tp_start())
    await churn(rounds: 60_000)
    guard let session = LiveSession(ownProcess: ()) else { return }
    let snapshot = session.snapshot()
    let totals = snapshot.totals
    print("created", totals.created)
    print("ended", totals.ended)
    print("listed", snapshot.tasks.count)
    print("polls", totals.polls)
    print("waits", totals.waits.reduce(0, +))
    print("running", snapshot.tasks.filter { $0.state == .running }.count)
    for (kind, count) in totals.waits.enumerated() { print("wait-\(kind)", count) }
    print("cancelled", totals.cancelled)
    // In debug builds the end of a group shows when its owner's poll ends; a yield may be resumed
    // before it suspends.
    for _ in 0..<1000 where !session.snapshot().groups.isEmpty { await Task.yield() }
    print("groups", session.snapshot().groups.count)
    print("timers", snapshot.timers.count)
    print("lossless", snapshot.losses.isEmpty)
  }

  /// Eight tasks, each of which goes so many times through one of the shapes below.
  static func churn(rounds: Int) async {
    let account = Account()
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask(name: "worker \(worker)") {
          for round in 0..<rounds { await step(round &+ worker, account) }
        }
      }
    }
  }

  private static func step(_ round: Int, _ account: Account) async {
    switch round % 8 {
    case 0: await Task.yield()
    case 1: await account.transfer()
    case 2: _ = await Task { round }.value
    case 3: await asyncLets(round)
    case 4: await children(round)
    case 5: await continuation()
    case 6: await cancelledGroup()
    default: await cancelledSleep()
    }
  }

  private static func asyncLets(_ round: Int) async {
    async let first = round
    async let second: Int = {
      await Task.yield()
      return round
    }()
    _ = await first + second
  }

  private static func children(_ round: Int) async {
    _ = try? await withThrowingTaskGroup(of: Int.self) { group in
      for child in 0..<3 {
        group.addTask {
          await Task.yield()
          if round % 5 == 0 && child == 2 { throw CancellationError() }
          return child
        }
      }
      var sum = 0
      for try await value in group { sum += value }
      return sum
    }
  }

  /// The owner of a group is cancelled by another thread while it runs, suspends and ends.
  private static func cancelledGroup() async {
    let owner = Task.detached {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<2 { group.addTask { await Task.yield() } }
        await withTaskGroup(of: Void.self) { $0.addTask { await Task.yield() } }
      }
    }
    let canceller = Task.detached { owner.cancel() }
    await owner.value
    await canceller.value
  }

  private static func continuation() async {
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      DispatchQueue.global().async { unsafe continuation.resume() }
    }
  }

  private static func cancelledSleep() async {
    let sleeper = Task.detached { try await Task.sleep(for: .microseconds(50)) }
    if Bool.random() { sleeper.cancel() }
    _ = await sleeper.result
  }
}
