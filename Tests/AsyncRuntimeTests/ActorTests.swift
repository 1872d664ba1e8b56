import AsyncRuntime
import AsyncRuntimeTesting
import Dispatch
import RuntimeEntries
import Synchronization
import Testing

/// An actor whose tasks wait, change it and end.
private actor Spawner {
  private(set) var count = 0

  func add() { count += 1 }

  /// A task that is isolated to this actor also after it has waited.
  func spawn(_ group: AsyncTaskGroup? = nil) throws -> AsyncTask<Int> {
    let body = { () async throws -> Int in
      try await sleep(.zero)
      self.count += 1
      try await sleep(.nanoseconds(1))
      self.count += 1
      return 2
    }
    if let group { return try group.createTask(body) }
    return createTask(body)
  }

  func spawnEagerly() -> AsyncTask<Int> {
    createTask(eagerly: true) {
      self.count += 1
      try await sleep(.zero)
      self.count += 1
      return 2
    }
  }

  func spawnAndWait() async throws -> Int {
    let task = try spawn()
    return try await task.value
  }

  /// Everything of the runtime's that waits.
  func useAll(_ lock: Lock) async throws -> Int {
    try await lock.withLock { count += 1 }
    let (one, two) = try await gather(spawn(), spawn())
    let many = try await gather([spawn(), spawn()]).reduce(0, +)
    let (done, _) = try await wait([spawn()], timeout: .seconds(Int64.max))
    let limited = try await withTimeout(.seconds(60)) { try await spawn().value }
    let waited = try await waitFor(spawn(), timeout: .seconds(60))
    let shielded = try await shield(spawn())
    var completed = 0
    let last = try [spawn(), spawn()]
    for try await task in asCompleted(last) { completed += try await task.value }
    let grouped = try await withAsyncTaskGroup { group in
      let task = try spawn(group)
      return try await task.value
    }
    let called = try await toThread { 2 }
    async let child = spawn().value
    let first = one + two + many + done.count * 2 + limited
    return first + waited + shielded + completed + grouped + called + (try await child)
  }

  static let sumOfAll = 26
}

/// An actor with an executor of its own.
private actor OnQueue {
  final class Executor: SerialExecutor {
    private let queue = DispatchQueue(label: "an actor's own")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
  }

  private let executor = Executor()
  private(set) var count = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  func add() { count += 1 }

  func sleepAndAdd() async throws {
    try await sleep(.zero)
    count += 1
    try await createTask { try await sleep(.nanoseconds(1)) }.value
    count += 1
  }
}

@concurrent private func elsewhere(_ spawner: Spawner) async throws -> Int {
  try await sleep(.zero)
  return try await spawner.spawnAndWait()
}

private nonisolated(nonsending) func here(_ spawner: Spawner) async throws -> Int {
  try await sleep(.zero)
  return try await spawner.spawnAndWait()
}

/// Runs a body while native tasks of the process's pool want an actor all the time, so that it runs
/// on their threads as well.
private func contended<Result: Sendable>(
  _ spawner: Spawner, _ body: () async throws -> Result
) async throws -> Result {
  let others = (0..<2).map { _ in
    Task.detached { while !Task.isCancelled { await spawner.add() } }
  }
  defer { for other in others { other.cancel() } }
  while await spawner.count == 0 { try await sleep(.zero) }
  return try await body()
}

@Suite struct `Actors` {
  @globalActor actor Elsewhere {
    static let shared = Elsewhere()
  }

  private static func spawnMany(_ spawner: Spawner, _ count: Int) async throws -> Int {
    var tasks: [AsyncTask<Int>] = []
    for _ in 0..<count { tasks.append(try await spawner.spawn()) }
    return try await gather(tasks).reduce(0, +)
  }

  @Test func `have their tasks end on the loop, on a thread of its own`() async throws {
    try await onOwnLoop {
      let spawner = Spawner()
      let sum = try await Self.spawnMany(spawner, 20_000)
      #expect(sum == 40_000)
      #expect(await spawner.count == 40_000)
      #expect(allTasks().count == 1)
    }
  }

  @Test(arguments: Seed.first(4))
  func `have their tasks end on the loop, in virtual time`(seed: Seed) async throws {
    try await withVirtualTime(seed: seed) {
      let spawner = Spawner()
      let sum = try await Self.spawnMany(spawner, 1_000)
      #expect(sum == 2_000)
      #expect(await spawner.count == 2_000)
      #expect(allTasks().count == 1)
    }
  }

  @Test func `that others want too have their tasks end on the loop`() async throws {
    try await onOwnLoop {
      let spawner = Spawner()
      try await contended(spawner) {
        let sum = try await Self.spawnMany(spawner, 10_000)
        #expect(sum == 20_000)
      }
      #expect(allTasks().count == 1)
    }
  }

  @Test(arguments: [false, true])
  func `use everything that waits`(isContended: Bool) async throws {
    try await onOwnLoop {
      let (spawner, lock) = (Spawner(), Lock())
      let tasks: [AsyncTask<Int>]
      if isContended {
        tasks = try await contended(spawner) {
          let tasks = (0..<200).map { _ in createTask { try await spawner.useAll(lock) } }
          _ = try await wait(tasks)
          return tasks
        }
      } else {
        tasks = (0..<200).map { _ in createTask { try await spawner.useAll(lock) } }
      }
      let sums = try await gather(tasks)
      #expect(sums.allSatisfy { $0 == Spawner.sumOfAll })
      #expect(allTasks().count == 1)
    }
  }

  @Test func `of two loops have the tasks of each end there`() async throws {
    let spawner = Spawner()
    try await withThrowingTaskGroup { group in
      for _ in 0..<2 {
        group.addTask {
          try await onOwnLoop {
            let sum = try await Self.spawnMany(spawner, 5_000)
            #expect(sum == 10_000)
            #expect(allTasks().count == 1)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(await spawner.count == 20_000)
  }

  @Test func `have their eager tasks end on the loop`() async throws {
    try await onOwnLoop {
      let spawner = Spawner()
      var tasks: [AsyncTask<Int>] = []
      for _ in 0..<1_000 { tasks.append(await spawner.spawnEagerly()) }
      let sum = try await gather(tasks).reduce(0, +)
      #expect(sum == 2_000)
      #expect(await spawner.count == 2_000)
      #expect(allTasks().count == 1)
    }
  }

  @Test func `that others want too have eager tasks end on the loop`() async throws {
    try await onOwnLoop {
      let spawner = Spawner()
      try await contended(spawner) {
        var tasks: [AsyncTask<Int>] = []
        for _ in 0..<5_000 { tasks.append(await spawner.spawnEagerly()) }
        let sum = try await gather(tasks).reduce(0, +)
        #expect(sum == 10_000)
      }
      #expect(allTasks().count == 1)
    }
  }

  @Test func `with an executor of their own wait on the loop of their task`() async throws {
    try await onOwnLoop {
      let actor = OnQueue()
      let tasks = (0..<2_000).map { _ in createTask { try await actor.sleepAndAdd() } }
      try await gather(tasks)
      #expect(await actor.count == 4_000)
      #expect(allTasks().count == 1)
    }
  }

  @Test func `that are global have bodies that wait`() async throws {
    try await onOwnLoop {
      let tasks = (0..<2_000).map { number in
        createTask { @Elsewhere in
          try await sleep(.zero)
          return try await createTask { @Elsewhere in number }.value
        }
      }
      let numbers = try await gather(tasks)
      #expect(numbers == Array(0..<2_000))
      let main = createTask { @MainActor in
        try await sleep(.zero)
        return try await createTask { 1 }.value
      }
      let one = try await main.value
      #expect(one == 1)
      #expect(allTasks().count == 1)
    }
  }

  @Test func `are used from functions that run anywhere`() async throws {
    try await onOwnLoop {
      let spawner = Spawner()
      let tasks = (0..<1_000).map { _ in
        createTask {
          async let first = elsewhere(spawner)
          async let second = here(spawner)
          return try await first + second
        }
      }
      let sum = try await gather(tasks).reduce(0, +)
      #expect(sum == 4_000)
      #expect(allTasks().count == 1)
    }
  }

  @Test func `give and take with detached tasks`() async throws {
    try await onOwnLoop {
      let (spawner, queue) = (Spawner(), Queue<Int>(capacity: 4))
      Task.detached {
        for number in 0..<2_000 {
          await spawner.add()
          try await queue.put(number)
        }
      }
      let task = createTask {
        var sum = 0
        for _ in 0..<2_000 {
          sum += try await queue.get()
          sum += try await spawner.spawnAndWait()
        }
        return sum
      }
      let sum = try await task.value
      #expect(sum == 1_999_000 + 4_000)
    }
  }

  @Test func `show a cancellation to tasks that wait in them`() async throws {
    try await onOwnLoop {
      let spawner = Spawner()
      try await contended(spawner) {
        for _ in 0..<500 {
          let task = createTask {
            while true {
              try await sleep(.nanoseconds(1))
              await spawner.add()
            }
          }
          try await sleep(.zero)
          task.cancel(message: "enough")
          await #expect(throws: CancellationError.self) { try await task.value }
          #expect(task.cancellationMessage == "enough")
        }
      }
      #expect(allTasks().count == 1)
    }
  }

  @Test func `let a failed task end its group`() async throws {
    struct Failure: Error {}
    try await onOwnLoop {
      let spawner = Spawner()
      try await contended(spawner) {
        for _ in 0..<200 {
          await #expect(throws: TaskGroupError.self) {
            try await withAsyncTaskGroup { group in
              for _ in 0..<3 { _ = try await spawner.spawn(group) }
              try group.createTask { throw Failure() }
            }
          }
        }
      }
      #expect(allTasks().count == 1)
    }
  }

  @Test func `work on the main thread's loop as well`() async throws {
    let run = try await Fixture.run("actors")
    #expect(
      run.output == [
        "sum 40000, count 40000, left 1", "contended 20000, left 1", "own 4000",
        "eager 1, contended 10000, left 1",
      ])
    #expect(run.status == 0)
  }

  @Test(arguments: Entry.all)
  func `await everything on a thread of their own`(entry: Entry) async throws {
    try await onOwnLoop {
      try await entry(from: Away())
      try await settle()
      #expect(allTasks().count == 1)
    }
  }

  @Test(arguments: Entry.all)
  func `await everything on the thread of the loop`(entry: Entry) async throws {
    try await onOwnLoop {
      try await entry(from: Plain())
      try await settle()
      #expect(allTasks().count == 1)
    }
  }

  @Test(arguments: Entry.all)
  func `await everything in virtual time`(entry: Entry) async throws {
    try await withVirtualTime { try await entry(from: Plain(), within: nil) }
  }

  @Test(arguments: Entry.all)
  func `await everything where they go from thread to thread`(entry: Entry) async throws {
    try await onOwnLoop {
      let actor = Plain()
      let others = (0..<2).map { _ in
        Task.detached { while !Task.isCancelled { await actor.touch() } }
      }
      for _ in 0..<10 {
        try await gather((0..<4).map { _ in createTask { try await entry(from: actor) } })
      }
      for other in others { other.cancel() }
    }
  }

  @Test func `await everything on the main thread's loop`() async throws {
    let run = try await Fixture.run("entries")
    #expect(run.output == ["used \(Entry.all.count), left 1"])
    #expect(run.status == 0)
  }

  private func settle() async throws {
    for _ in 0..<10 where allTasks().count > 1 { try await sleep(.milliseconds(1)) }
  }
}
