import Foundation

/// What a process had used at one moment.
struct ProcessSample {
  /// Processor time of all its threads, also those that have ended, in microseconds.
  let processorTime: Double
  /// Resident memory in bytes.
  let resident: Double

  init(_ id: Int32) {
    var clock = clockid_t()
    var time = timespec()
    clock_getcpuclockid(id, &clock)
    clock_gettime(clock, &time)
    processorTime = Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    let text = try? String(contentsOfFile: "/proc/\(id)/statm", encoding: .utf8)
    let pages = text?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    resident = (pages ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE)))
  }
}
