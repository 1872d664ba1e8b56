import AsyncRuntime
import AsyncTopBus

/// What a watcher sees of a program in which every task waits for something else.
@MainActor
enum Reports {
  nonisolated static func main() throws {
    let lines = try AsyncRuntime.run {
      try await start()
      guard let session = LiveSession(ownProcess: ()) else { return ["no region"] }
      let lines = describe(session.snapshot())
      for task in allTasks() where task !== currentTask() { task.cancel() }
      try gate.setResult(())
      return lines
    }
    for line in lines { print(line) }
  }

  // Blocks a thread until the tasks were described.
  nonisolated static let gate = ThreadFuture<Void>()

  static func start() async throws {
    let lock = Lock(name: "door")
    let queue = Queue<Int>(capacity: 1, name: "work")
    let future = try Future<Int>()
    let served = try Future<Void>()
    let server = try await startServer(host: "127.0.0.1", port: 0) { reader, _ in
      try served.setResult(())
      _ = try await reader.readLine()
    }
    try queue.putNowait(1)
    let holder = createTask(name: "holder") {
      try await lock.withLock { try await sleep(.seconds(3600)) }
    }
    createTask(name: "locked") { try await lock.withLock {} }
    createTask(name: "putter") { try await queue.put(2) }
    createTask(name: "future") { _ = try await future.value }
    createTask(name: "joiner") { try await holder.value }
    startAwaiting(holder)
    createTask(name: "timed") {
      try await withTimeout(.seconds(60)) { _ = try await Future<Int>().value }
    }
    createTask(name: "stubborn") {
      do { try await sleep(.seconds(60)) } catch { try await sleep(.seconds(3600)) }
    }
    createTask(name: "parent") {
      try await withAsyncTaskGroup(name: "family") { group in
        try group.createTask(name: "child") { try await Task.sleep(for: .seconds(3600)) }
      }
    }
    createTask(name: "client") {
      let (reader, _) = try await openConnection(host: "127.0.0.1", port: server.port)
      _ = try await reader.readLine()
    }
    let blocked = startThreads()
    EventLoop.running?.callLater(.seconds(60)) {}
    // By then every other task has begun, and waits.
    try await served.value
    try await wrapFuture(blocked).value
    // Each time the loop looks for what is due, and reports.
    for _ in 0..<3 { try await sleep(.milliseconds(1)) }
    allTasks().first { $0.name == "stubborn" }?.cancel()
    try await sleep(.zero)
  }

  // A pool with one thread that is blocked, and a function that waits for it.
  static func startThreads() -> ThreadFuture<Void> {
    let pool = ThreadPool(name: "blockers", threadLimit: 1)
    let started = ThreadFuture<Void>()
    createTask(name: "threaded") {
      let running = try EventLoop.running?.runInExecutor(pool) {
        try started.setResult(())
        try gate.result()
      }
      try await EventLoop.running?.runInExecutor(pool) {}.value
      try await running?.value
    }
    return started
  }

  // What combines several waits into one.
  static func startAwaiting(_ holder: AsyncTask<Void>) {
    createTask(name: "gatherer") { try await gather(holder, try Future<Int>()) }
    createTask(name: "waiter") { _ = try await wait([holder], timeout: .seconds(3600)) }
    createTask(name: "shielded") { try await shield(holder) }
    createTask(name: "first name") {
      currentTask()?.name = "renamed"
      try await withAsyncTaskGroup(name: "few", maxRunning: 1) { group in
        try group.createTask(name: "turn") { try await sleep(.seconds(3600)) }
        try group.createTask(name: "no turn") {}
      }
    }
    createTask(name: "eager", eagerly: true) { try await holder.value() }
  }

  static func describe(_ snapshot: Snapshot) -> [String] {
    var lines: [String] = []
    for task in snapshot.tasks where task.flags.contains(.runtime) {
      let place = snapshot.site(task.site).map { "\($0)" } ?? ""
      let isHere = place.contains("Reports") || place.contains("Runner.swift")
      lines.append(
        "\(snapshot.name(of: task)): \(kind(task.waitsFor)), here \(isHere),"
          + " cancelled \(task.flags.contains(.cancelled))")
    }
    for group in snapshot.groups where group.isRuntime {
      lines.append("group \(group.name): \(group.live) live")
    }
    for timer in snapshot.timers {
      lines.append("timer \(timer.kind), loop \(timer.loopSlot ?? -1)")
    }
    for resource in snapshot.resources {
      let name = String(resource.name.filter { !$0.isNumber })
      lines.append(
        "\(resource.kind) \(name): \(resource.depth)/\(resource.capacity),"
          + " \(resource.waiters) wait, held \(resource.holder != 0)")
    }
    for loop in snapshot.loops { lines.append("loop \(loop.name): ran \(loop.iterations > 2)") }
    return lines.sorted()
  }

  static func kind(_ reason: WaitReason) -> String {
    String("\(reason)".prefix { $0 != "(" })
  }
}
