import AsyncMonitoring
import AsyncRuntime
import Glibc
import Synchronization

/// Programs whose tasks change all the time, to be recorded; see the usage.
@main
struct RecordWorkload {
  private static let usage = """
    usage: record-workload runtime | native TASKS | parked TASKS SWITCHES

    Runs until it is ended: AsyncRuntime as fast as it goes; TASKS native tasks that yield as fast
    as they go; or TASKS native tasks that wait, with some SWITCHES a second among them. Prints
    "ready" once all tasks are there, and then, whenever it reads a line, the switches so far.
    """

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.compactMap { Int($0) }
    AsyncMonitor.expose()
    switch (arguments.first, numbers.count) {
    case ("runtime", 0):
      report { RuntimeYields.count.load(ordering: .relaxed) }
      do { try run { try await RuntimeYields.run() } } catch { print("failed", error) }
    case ("native", 1):
      let yields = NativeYields(tasks: numbers[0])
      yields.start()
      report { yields.count }
      while true { pause() }
    case ("parked", 2):
      let parked = ParkedTasks(tasks: numbers[0], switches: numbers[1])
      parked.run()
    default:
      print(usage)
      exit(arguments.contains("--help") ? 0 : 2)
    }
  }

  /// Says that all is there, and answers each line with a count, on a thread of its own.
  static func report(_ count: @escaping @Sendable () -> Int) {
    print("ready")
    fflush(nil)
    final class Answer {
      let count: @Sendable () -> Int
      init(_ count: @escaping @Sendable () -> Int) { self.count = count }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        let answer = Unmanaged<Answer>.fromOpaque(context!).takeRetainedValue()
        while readLine() != nil {
          print(answer.count())
          fflush(nil)
        }
        exit(0)
      }, Unmanaged.passRetained(Answer(count)).toOpaque())
  }
}

/// AsyncRuntime as fast as it goes: tasks that give way to each other.
@MainActor
enum RuntimeYields {
  nonisolated static let count = Atomic(0)

  static func run() async throws {
    try await withAsyncTaskGroup { group in
      for _ in 0..<100 {
        try group.createTask {
          while true {
            for _ in 0..<100 { try await sleep(.zero) }
            count.add(100, ordering: .relaxed)
          }
        }
      }
    }
  }
}

/// Native tasks that yield as fast as they go.
final class NativeYields: Sendable {
  private let tasks: Int
  private let yields = Atomic(0)

  init(tasks: Int) {
    self.tasks = tasks
  }

  var count: Int { yields.load(ordering: .relaxed) }

  func start() {
    for _ in 0..<tasks {
      Task.detached {
        while true {
          for _ in 0..<100 { await Task.yield() }
          self.yields.add(100, ordering: .relaxed)
        }
      }
    }
  }
}

/// Native tasks that wait, and a thread that wakes some of them at a rate.
final class ParkedTasks: Sendable {
  private let parked: Mutex<[UnsafeContinuation<Void, Never>?]>
  private let waiting = Atomic(0)
  private let switches = Atomic(0)
  private let rate: Int

  init(tasks: Int, switches: Int) {
    parked = Mutex([UnsafeContinuation<Void, Never>?](repeating: nil, count: tasks))
    rate = switches
  }

  func run() {
    let count = parked.withLock { $0.count }
    for number in 0..<count {
      Task.detached(name: "client \(number)") {
        while true { await self.wait(number) }
      }
    }
    while waiting.load(ordering: .relaxed) < count { usleep(1000) }
    RecordWorkload.report { self.switches.load(ordering: .relaxed) }
    wake(count)
  }

  private func wait(_ number: Int) async {
    await withUnsafeContinuation { continuation in
      waiting.add(1, ordering: .relaxed)
      parked.withLock { $0[number] = continuation }
    }
  }

  // Fifty at once, each millisecond of the clock's as many as the rate says, at full speed if that
  // is more than can be had.
  private func wake(_ count: Int) -> Never {
    var next = 0
    let start = ContinuousClock.now
    var done = 0
    while true {
      let elapsed = Double((ContinuousClock.now - start) / .microseconds(1)) / 1e6
      if Double(done) > elapsed * Double(rate) {
        usleep(500)
        continue
      }
      for _ in 0..<50 {
        next = (next + 7919) % count
        let slot = next
        let continuation = parked.withLock { parked in
          defer { parked[slot] = nil }
          return parked[slot]
        }
        guard let continuation else { continue }
        continuation.resume()
      }
      done += 50
      switches.add(50, ordering: .relaxed)
    }
  }
}
