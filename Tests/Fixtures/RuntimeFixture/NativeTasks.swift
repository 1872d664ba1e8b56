import AsyncRuntime
import Glibc

/// Everything that Swift itself starts runs on the loop, on one thread, beside the runtime's own.
@MainActor
final class NativeTasks {
  // Neither Sendable nor locked: the main actor is enough.
  final class Log {
    var lines: [String] = []
  }

  let log = Log()
  var threads: Set<UInt> = []

  nonisolated static func main() throws {
    let lines = try AsyncRuntime.run {
      let program = NativeTasks()
      try await program.run()
      return program.log.lines
    }
    for line in lines { print(line) }
  }

  let mainThread = pthread_self()

  func note(_ text: String) {
    threads.insert(pthread_self())
    log.lines.append(text)
  }

  nonisolated func elsewhere() async -> UInt { pthread_self() }

  func run() async throws {
    note("main")
    let first = createTask(name: "first") {
      self.note("first")
      try await sleep(.zero)
      self.log.lines.append("first again")
      return 1
    }
    let native = Task {
      self.note("native")
      try await Task.sleep(for: .milliseconds(1))
      return 2
    }
    async let child = elsewhere()
    let sum = try await first.value + native.value
    note("sum \(sum)")
    threads.insert(await child)
    await withTaskGroup(of: UInt.self) { group in
      for _ in 0..<3 { group.addTask { pthread_self() } }
      for await thread in group { threads.insert(thread) }
    }
    threads.insert(await Task.detached { pthread_self() }.value)
    note("threads \(threads.count), main \(threads.contains(mainThread))")
  }
}
