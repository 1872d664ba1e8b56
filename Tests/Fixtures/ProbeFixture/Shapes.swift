import CAsyncTopProbe
import Dispatch
import Glibc
import AsyncTopBus

/// A small set of tasks of every kind, all suspended, described from the snapshot of their own
/// process.
enum Shapes {
  actor Vault {
    func hold(_ gate: DispatchSemaphore, _ entered: AsyncStream<Void>.Continuation) {
      entered.yield()
      block(gate)
    }

    func enter() {}
  }

  nonisolated static func block(_ gate: DispatchSemaphore) { gate.wait() }

  /// Starts the tasks, prints what the probe says of them, lets them go and prints what is left.
  static func run() async {
    _ = tp_start()
    let gate = DispatchSemaphore(value: 0)
    let (tasks, ready) = await start(gate)
    await ready()
    describe(prefix: "held")
    gate.signal()
    for task in tasks { task.cancel() }
    for task in tasks { _ = await task.result }
    describe(prefix: "left")
  }

  /// The same tasks in a process that lasts until its standard input ends, to be looked at from
  /// outside.
  static func waitForInput() async {
    _ = tp_start()
    let gate = DispatchSemaphore(value: 0)
    let (_, ready) = await start(gate)
    await ready()
    print("ready")
    fflush(nil)
    while readLine() != nil {}
  }

  private static func start(
    _ gate: DispatchSemaphore
  ) async -> ([Task<Void, any Error>], () async -> Void) {
    let vault = Vault()
    let (entered, entry) = AsyncStream<Void>.makeStream()
    var tasks: [Task<Void, any Error>] = []
    let sleeper = Task(name: "sleeper") { try await Task.sleep(for: .seconds(1000)) }
    tasks.append(sleeper)
    tasks.append(Task(name: "awaiter") { try await sleeper.value })
    tasks.append(
      Task(name: "owner") {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for child in 0..<3 {
            group.addTask(name: "child \(child)") { try await Task.sleep(for: .seconds(1000)) }
          }
          try await group.waitForAll()
        }
      })
    tasks.append(
      Task(name: "letter") {
        async let pending: Void = Task.sleep(for: .seconds(1000))
        try await pending
      })
    tasks.append(
      Task(name: "resumed") {
        let (stream, _) = AsyncStream<Void>.makeStream()
        for await _ in stream {}
      })
    tasks.append(Task(name: "holder") { await vault.hold(gate, entry) })
    var arrivals = entered.makeAsyncIterator()
    _ = await arrivals.next()
    tasks.append(Task(name: "queuer") { await vault.enter() })
    return (tasks, { await settled(count: 10) })
  }

  /// Waits until as many tasks as expected are suspended or queued for an actor.
  private static func settled(count: Int) async {
    guard let session = LiveSession(ownProcess: ()) else { return }
    for _ in 0..<100_000 {
      let tasks = session.snapshot().tasks
      if tasks.filter({ $0.waitsFor != .none }).count >= count { return }
      await Task.yield()
    }
  }

  private static func describe(prefix: String) {
    guard let session = LiveSession(ownProcess: ()) else { return }
    let snapshot = session.snapshot()
    let names = Dictionary(
      uniqueKeysWithValues: snapshot.tasks.map { ($0.id, snapshot.name(of: $0)) })
    for task in snapshot.tasks.sorted(by: { $0.id < $1.id }) {
      let name = snapshot.name(of: task)
      let wait: String
      switch task.waitsFor {
      case .none: wait = "nothing"
      case .task(let id): wait = "task:\(names[id] ?? "?")"
      case .group(let id):
        let group = snapshot.groups.first { $0.id == id }
        wait = "group:\(group.map { "\($0.live)" } ?? "?")"
      case .timer(let id): wait = "timer:\(snapshot.timers.contains { $0.id == id })"
      case .executor(_, let type):
        let actor = if case .type(let name)? = snapshot.site(type) { name } else { nil as String? }
        wait = actor.map { "actor:\($0)" } ?? "executor"
      case .continuation: wait = "continuation"
      case .resource, .future, .unknown: wait = "other"
      }
      let flags = task.flags
      let kind = flags.contains(.asyncLet) ? "let" : flags.contains(.groupChild) ? "child" : "task"
      print(
        "\(prefix) \(name.isEmpty ? "-" : name)|\(kind)|\(task.state)|\(wait)"
          + "|\(names[task.parent] ?? "?")")
    }
    print("\(prefix)-groups \(snapshot.groups.count)")
    print("\(prefix)-timers \(snapshot.timers.count)")
  }
}
