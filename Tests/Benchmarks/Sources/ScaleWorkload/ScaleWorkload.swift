import AsyncMonitoring
import AsyncRuntime
import Glibc

/// A program with very many tasks, to be looked at; see the usage.
@main
struct ScaleWorkload {
  private static let usage = """
    usage: scale-workload runtime|native TASKS [SWITCHES]

    Has so many tasks sleep, in groups of a thousand, and wakes so many of them a second (0), one
    after the other. Prints a line once all of them are there, and ends with its standard input.
    """

  /// How many there are, and how long each of them sleeps at a time, in milliseconds.
  private let tasks: Int
  private let period: Int

  static func main() {
    let numbers = CommandLine.arguments.dropFirst(2).compactMap { Int($0) }
    guard let tasks = numbers.first, CommandLine.arguments.count > 2 else {
      print(usage)
      exit(CommandLine.arguments.contains("--help") ? 0 : 2)
    }
    let switches = numbers.count > 1 ? numbers[1] : 0
    let period = switches > 0 ? tasks * 1_000 / switches : 86_400_000
    let workload = ScaleWorkload(tasks: tasks, period: period)
    AsyncMonitor.expose()
    if CommandLine.arguments[1] == "runtime" {
      endWithInput()
      do { try run { try await workload.runOnLoop() } } catch { print("failed", error) }
    } else {
      Task.detached(name: "main loop") { await workload.runNatively() }
      while readLine() != nil {}
      exit(0)
    }
  }

  private static let groupSize = 1_000

  private static func endWithInput() {
    var thread = pthread_t()
    unsafe pthread_create(
      &thread, nil,
      { _ in
        while readLine() != nil {}
        exit(0)
      }, nil)
  }

  private func report() {
    print("ready")
    fflush(nil)
  }

  /// Of the number of a task, when it wakes first: they do so evenly.
  private func phase(_ number: Int) -> Int { number % period }

  private func runNatively() async {
    await withTaskGroup(of: Void.self) { groups in
      for first in stride(from: 0, to: tasks, by: Self.groupSize) {
        groups.addTask(name: "connection \(first / Self.groupSize)") {
          await withTaskGroup(of: Void.self) { group in
            for number in first..<min(first + Self.groupSize, tasks) {
              // Every other one has a name of its own.
              group.addTask(name: number % 2 == 0 ? "request \(number)" : nil) {
                await sleepNatively(number)
              }
            }
          }
        }
      }
      // The executor's queue is in order: when this has its turn, all have slept.
      try? await Task.sleep(for: .milliseconds(500))
      while await !isThere() {}
      report()
    }
  }

  /// Whether all tasks sleep: a poll of a task of a low priority is not kept waiting any more.
  private func isThere() async -> Bool {
    let start = ContinuousClock.now
    await Task.detached(priority: .background) {}.value
    return ContinuousClock.now - start < .milliseconds(50)
  }

  private func sleepNatively(_ number: Int) async {
    try? await Task.sleep(for: .milliseconds(period + phase(number)))
    while true { try? await Task.sleep(for: .milliseconds(period)) }
  }

  private func runOnLoop() async throws {
    for first in stride(from: 0, to: tasks, by: Self.groupSize) {
      _ = createTask(name: "connection \(first / Self.groupSize)") {
        try await withAsyncTaskGroup(name: "requests") { group in
          for number in first..<min(first + Self.groupSize, tasks) {
            let name = number % 2 == 0 ? "request \(number)" : nil
            try group.createTask(name: name) { try await sleepOnLoop(number) }
          }
        }
      }
    }
    try await sleep(.milliseconds(500))
    report()
    try await sleep(.seconds(86_400))
  }

  private func sleepOnLoop(_ number: Int) async throws {
    try await sleep(.milliseconds(period + phase(number)))
    while true { try await sleep(.milliseconds(period)) }
  }
}
