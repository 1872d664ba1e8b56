import Glibc

/// What operations cost: `name value` lines, nanoseconds of processor time, best of some rounds.
enum Measurement {
  static let rounds = 5

  /// Whether a workload was asked for: all are if none was named.
  static func isWanted(_ name: String) -> Bool {
    let names = CommandLine.arguments.dropFirst(2)
    return names.isEmpty || names.contains(name)
  }

  /// Processor time of the process in nanoseconds.
  static var processorTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Resident memory of the process in bytes.
  static var resident: Double {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var size = 0, pages = 0
    _ = withUnsafeMutablePointer(to: &size) { size in
      withUnsafeMutablePointer(to: &pages) { pages in
        withVaList([size, pages]) { vfscanf(file, "%ld %ld", $0) }
      }
    }
    return Double(pages) * 4096
  }

  static func report(_ name: String, _ value: Double) {
    print(name, value)
    fflush(nil)
  }

  static func measure(
    _ name: String, operations: Int, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Void
  ) async rethrows {
    guard isWanted(name) else { return }
    try await body()
    var best = UInt64.max
    for _ in 0..<rounds {
      let start = processorTime
      try await body()
      best = min(best, processorTime - start)
    }
    report(name, Double(best) / Double(operations))
  }
}
