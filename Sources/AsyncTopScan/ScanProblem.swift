package import AsyncTopLinux

/// Why a process can't be scanned.
package enum ScanProblem: Error, Hashable, Sendable {
  /// It has nothing of Swift's concurrency.
  case noRuntime
  /// Its runtime keeps tasks in a way that is not known.
  case unknownLayout(version: UInt32, taskSize: UInt64)
  /// Its runtime has no symbols, and no task was seen to wait, by which its layout could be told.
  case unproven
  /// It runs a program of 32 bits.
  case is32Bit
  /// Its memory can't be read.
  case unreadable(Errno)

  /// The problem in words, with what can be done.
  ///
  /// - Parameter process: The process.
  /// - Returns: A clause about the process, without a stop.
  package func reason(of process: Int32) -> String {
    switch self {
    case .noRuntime: return "it has no Swift concurrency runtime, and so no tasks"
    case .unknownLayout(let version, let size):
      let known = RuntimeLayout.known.map { "\($0.version) and \($0.taskSize) (Swift \($0.swift))" }
      return "its Swift runtime has layout version \(version) and tasks of \(size) bytes, this"
        + " version of asynctop knows \(known.joined(separator: ", "))"
    case .unproven:
      return
        "its Swift runtime is linked in and has no symbols, and no task waits just now by which"
        + " its layout could be told; try again"
    case .is32Bit: return "it runs a program of 32 bits"
    case .unreadable(.noMemory):
      return "asynctop itself may not take the memory that this needs (ulimit -v)"
    case .unreadable(let cause):
      guard [.accessDenied, .notPermitted].contains(cause) else {
        return "its memory can't be read: \(cause)"
      }
      return "its memory may not be read: " + Self.words(TraceRefusal(of: process))
    }
  }

  /// Why memory may not be read or a process traced, in words, with what can be done.
  package static func words(_ refusal: TraceRefusal) -> String {
    switch refusal {
    case .otherUser: "it belongs to another user; run asynctop as that user or as root"
    case .scope(3): "/proc/sys/kernel/yama/ptrace_scope is 3, and stays so until the next start"
    case .scope(let scope):
      "/proc/sys/kernel/yama/ptrace_scope is \(scope); run asynctop as root, or set it to 0"
    case .unknown:
      "the capability CAP_SYS_PTRACE is missing here, or a security module or a filter of system"
        + " calls refuses; in a container, start that with --cap-add SYS_PTRACE"
    }
  }

  /// Does something that reads memory.
  static func reading<Result>(
    _ body: () throws(Errno) -> Result
  ) throws(ScanProblem) -> Result {
    do throws(Errno) { return try body() } catch { throw .unreadable(error) }
  }
}
