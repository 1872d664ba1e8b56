import AsyncRuntime
import Synchronization

/// A program that has run a task before it comes to the runtime.
enum LateStart {
  static func main() throws {
    runNativeTask()
    do {
      try AsyncRuntime.run { print("ran") }
    } catch {
      print("\(error)")
    }
    let runner = try Runner()
    let text: String = try runner.run {
      try await sleep(.zero)
      return "again"
    }
    print(text)
  }

  // The native task runs on a thread of Swift's default executor.
  private static func runNativeTask() {
    let flag = Flag()
    Task { flag.isSet.store(true, ordering: .releasing) }
    while !flag.isSet.load(ordering: .acquiring) {}
  }

  private final class Flag: Sendable {
    let isSet = Atomic<Bool>(false)
  }
}
