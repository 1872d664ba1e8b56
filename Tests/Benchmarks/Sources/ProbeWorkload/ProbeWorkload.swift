import AsyncMonitor
import AsyncRuntime
import Glibc

/// Runs workloads and prints what each operation costs: `name nanoseconds` lines.
///
/// The cost is processor time of the whole process, the best of some rounds. `native` runs on
/// Swift's own executor, `runtime` on AsyncRuntime's loop; `exposed` after them turns the probe on.
@main
struct ProbeWorkload {
  static func main() {
    let arguments = CommandLine.arguments
    let isExposed = arguments.contains("exposed")
    if isExposed { AsyncMonitor.expose() }
    if arguments.contains("runtime") {
      // AsyncRuntime exposes the process by itself, unless ASYNCTOP=off.
      do { try run { try await RuntimeWorkloads.run() } } catch { print("failed", error) }
    } else {
      Task.detached {
        await NativeWorkloads.run()
        exit(0)
      }
      while true { pause() }
    }
  }

  /// Lets whoever wants to observe attach: it writes a line when it has.
  static func waitForObserver() {
    guard CommandLine.arguments.contains("observed") else { return }
    print("ready")
    fflush(nil)
    _ = readLine()
  }

  /// Processor time of the process in nanoseconds.
  static var processorTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Prints the best of some rounds.
  static func report(_ name: String, _ best: UInt64, operations: Int) {
    print(name, Double(best) / Double(operations))
    fflush(nil)
  }
}
