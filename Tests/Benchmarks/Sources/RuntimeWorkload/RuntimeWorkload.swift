import AsyncRuntime
import Glibc

/// Runs the task workloads: `runtime` on AsyncRuntime's loop, `native` on Swift's own executor.
///
/// All of them, or those whose names follow.
@main
struct RuntimeWorkload {
  static func main() {
    guard CommandLine.arguments.contains("runtime") else {
      Task.detached {
        await NativeWorkloads.run()
        exit(0)
      }
      while true { pause() }
    }
    do { try run { try await LoopWorkloads.run() } } catch { print("failed", error) }
  }
}
