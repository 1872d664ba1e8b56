import AsyncRuntime
import Glibc

/// What tasks cost; see the usage.
@main
struct RuntimeWorkload {
  private static let usage = """
    usage: runtime-workload runtime|native [WORKLOAD ...]

    Runs all workloads, or those named, on AsyncRuntime's loop or on Swift's own executor. Prints
    `name value` lines: nanoseconds of processor time for an operation, the best of some rounds.
    """

  static func main() {
    let kind = CommandLine.arguments.dropFirst().first
    guard kind == "runtime" || kind == "native" else {
      print(usage)
      exit(kind == "--help" ? 0 : 2)
    }
    guard kind == "runtime" else {
      Task.detached {
        await NativeWorkloads.run()
        exit(0)
      }
      while true { pause() }
    }
    do { try run { try await LoopWorkloads.run() } } catch { print("failed", error) }
  }
}
