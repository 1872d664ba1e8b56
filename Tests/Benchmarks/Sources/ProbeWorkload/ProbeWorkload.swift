import AsyncMonitoring
import AsyncRuntime
import Glibc

/// What tasks cost with the probe and without; see the usage.
@main
struct ProbeWorkload {
  private static let usage = """
    usage: probe-workload runtime|native [exposed] [observed] [count yield|churn OPERATIONS]

    Runs workloads on AsyncRuntime's loop or on Swift's own executor; with `exposed` the latter has
    the probe in it. With `observed` it prints a line, and waits for one, before it begins. Prints
    `name value` lines: nanoseconds of processor time for an operation, the best of some rounds.
    With `count` it runs so many operations of one workload, once, for who counts instructions.
    """

  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.contains("runtime") || arguments.contains("native") else {
      print(usage)
      exit(arguments.contains("--help") ? 0 : 2)
    }
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

  /// The workload that is to be run once, and how many operations of it; nil for all of them.
  static var counted: (name: String, operations: Int)? {
    guard let place = CommandLine.arguments.firstIndex(of: "count"),
      CommandLine.arguments.count > place + 2,
      let operations = Int(CommandLine.arguments[place + 2])
    else { return nil }
    return (CommandLine.arguments[place + 1], operations)
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
