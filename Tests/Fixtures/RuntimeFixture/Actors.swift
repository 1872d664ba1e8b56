import AsyncRuntime
import Dispatch
import RuntimeEntries

/// Actors whose tasks wait, on the main thread's loop: alone, wanted by an executor elsewhere too,
/// and with an executor of their own.
enum Actors {
  private actor Counter {
    private(set) var count = 0

    func add() { count += 1 }

    func spawn() -> AsyncTask<Int> {
      createTask {
        try await sleep(.zero)
        self.count += 1
        try await sleep(.nanoseconds(1))
        self.count += 1
        return 2
      }
    }

    /// How many have begun when they are created, and the task.
    func spawnEagerly() -> (begun: Int, task: AsyncTask<Int>) {
      let before = count
      let task = createTask(eagerly: true) {
        self.count += 1
        try await sleep(.zero)
        return 1
      }
      return (count - before, task)
    }
  }

  private final class Queue: SerialExecutor, TaskExecutor {
    private let queue = DispatchQueue(label: "elsewhere")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor {
      unsafe UnownedTaskExecutor(ordinary: self)
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
      unsafe UnownedSerialExecutor(ordinary: self)
    }
  }

  private actor OnQueue {
    private let queue = Queue()
    private(set) var count = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor {
      unsafe queue.asUnownedSerialExecutor()
    }

    func sleepAndAdd() async throws {
      try await sleep(.zero)
      count += 1
      try await createTask { try await sleep(.nanoseconds(1)) }.value
      count += 1
    }
  }

  static func main() throws {
    try AsyncRuntime.run {
      let counter = Counter()
      let sum = try await spawn(20_000, counter)
      print("sum \(sum), count \(await counter.count), left \(allTasks().count)")

      let other = Task(executorPreference: Queue()) {
        while !Task.isCancelled { await counter.add() }
      }
      let contended = try await spawn(10_000, counter)
      other.cancel()
      await other.value
      print("contended \(contended), left \(allTasks().count)")

      let own = OnQueue()
      try await gather((0..<2_000).map { _ in createTask { try await own.sleepAndAdd() } })
      print("own \(await own.count)")

      let begun = await counter.spawnEagerly().begun
      let another = Task(executorPreference: Queue()) {
        while !Task.isCancelled { await counter.add() }
      }
      var eager: [AsyncTask<Int>] = []
      for _ in 0..<10_000 { eager.append(await counter.spawnEagerly().task) }
      let ended = try await gather(eager).count
      another.cancel()
      await another.value
      print("eager \(begun), contended \(ended), left \(allTasks().count)")
    }
  }

  /// Awaits everything from actors, on this loop and on other threads.
  static func useEntries() throws {
    try AsyncRuntime.run {
      for entry in Entry.all {
        do {
          try await entry(from: Away())
          try await entry(from: Plain())
        } catch {
          print("\(entry): \(error)")
        }
      }
      print("used \(Entry.all.count), left \(allTasks().count)")
    }
  }

  @MainActor
  private static func spawn(_ count: Int, _ counter: Counter) async throws -> Int {
    var tasks: [AsyncTask<Int>] = []
    for _ in 0..<count { tasks.append(await counter.spawn()) }
    return try await gather(tasks).reduce(0, +)
  }
}
