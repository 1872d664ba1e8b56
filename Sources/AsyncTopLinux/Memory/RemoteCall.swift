import CAsyncTopLinux
import Glibc

/// Calls functions in another process, on a thread of it that waits in a system call.
///
/// That thread is stopped for some milliseconds at most, and waits on afterwards; no other is. It
/// finds back by itself, also if the calling process ends meanwhile.
public struct RemoteCall: Sendable {
  /// What came of a call.
  public struct Outcome: Sendable {
    /// What the function returned.
    public let result: UInt64
    /// The thread it was called on.
    public let thread: Int32
    /// How long that thread stood still, in nanoseconds.
    public let stopped: UInt64
  }

  /// Why a function was not called, or has not returned.
  public enum Problem: Error, Hashable, Sendable {
    /// No thread waits where it can be borrowed: all run, or wait for locks.
    case allBusy
    /// The kernel does not let this process trace that one.
    case refused(TraceRefusal)
    /// The process was refused memory, or a file in memory.
    case noMemory(Errno)
    /// Something else failed.
    case system(Errno)
    /// The function was called and has not returned in five seconds.
    case noReturn
    /// There is no way for this kind of processor.
    case unsupported
  }

  /// The process.
  public let process: Int32
  private let errorPlace: UInt64
  private let forbidden: [Range<UInt64>]

  /// Describes a process.
  ///
  /// - Parameters:
  ///   - process: Its id.
  ///   - errorPlace: The address there of `__errno_location`, so that `errno` stays as it is.
  ///   - forbidden: The writable memory of libc and the loader: a thread that waits for something
  ///     in there holds or wants a lock of theirs, and is not borrowed.
  public init(process: Int32, errorPlace: UInt64, forbidden: [Range<UInt64>]) {
    self.process = process
    self.errorPlace = errorPlace
    self.forbidden = forbidden
  }

  /// Calls a function.
  ///
  /// - Parameters:
  ///   - function: Its address there.
  ///   - object: The bytes of a shared object; the function, `dlopen`, then gets the path of a file
  ///     in memory that holds them, and `RTLD_NOW`.
  /// - Returns: What came of it.
  /// - Throws: Why it was not called, or has not returned.
  public func call(_ function: UInt64, with object: [UInt8] = []) throws(Problem) -> Outcome {
    var tried: Set<Int32> = []
    while tried.count < Self.attempts, let thread = waiting(besides: tried) {
      do throws(Problem) {
        return try call(function, on: thread, object)
      } catch .allBusy {
        tried.insert(thread)
      }
    }
    throw .allBusy
  }

  /// How many threads are tried.
  private static let attempts = 16

  private func call(
    _ function: UInt64, on thread: Int32, _ object: [UInt8]
  ) throws(Problem) -> Outcome {
    var call = unsafe linux_injection()
    unsafe call.process = process
    unsafe call.thread = thread
    unsafe call.clock = { SystemClock.monotonic }
    unsafe call.number = SystemClock.monotonic >> 10
    unsafe call.function = function
    unsafe call.error_place = errorPlace
    let isDone = unsafe object.withUnsafeBytes { bytes in
      unsafe call.object = bytes.count > 0 ? bytes.baseAddress : nil
      unsafe call.object_size = bytes.count
      return unsafe linux_inject(&call) != 0
    }
    guard isDone else { throw unsafe problem(call.step, Errno(call.error)) }
    return unsafe Outcome(result: call.result, thread: thread, stopped: call.stopped)
  }

  private func problem(_ step: linux_injection_step, _ cause: Errno) -> Problem {
    if cause == Errno(ENOSYS) { return .unsupported }
    switch step {
    case LINUX_INJECTION_STOPS_THREAD:
      return cause == .notPermitted || cause == .accessDenied
        ? .refused(TraceRefusal(of: process)) : .allBusy
    case LINUX_INJECTION_MAKES_MEMORY: return .noMemory(cause)
    case LINUX_INJECTION_RUNS: return .noReturn
    default: return .system(cause)
    }
  }

  // MARK: Threads

  /// The thread that can best be borrowed: one that waits for what comes from outside before one
  /// that waits for another thread.
  private func waiting(besides tried: Set<Int32>) -> Int32? {
    var best: (thread: Int32, worth: Int)?
    for name in ProcessFiles.names(in: "/proc/\(process)/task") {
      guard let thread = Int32(name), !tried.contains(thread) else { continue }
      let value = worth(ProcessFiles.kernelText("/proc/\(process)/task/\(name)/syscall"))
      if value > best?.worth ?? 0 { best = (thread, value) }
    }
    return best?.thread
  }

  /// What a thread is worth that waits in a system call, by proc_pid_syscall(5); 0: nothing.
  private func worth(_ text: [UInt8]) -> Int {
    let words = String(decoding: text, as: UTF8.self).split(separator: " ")
    guard words.count > 6, let call = Int(words[0]) else { return 0 }
    let arguments = words[1...6].map { UInt64($0.dropFirst(2), radix: 16) ?? 0 }
    switch linux_wait_of(call) {
    case LINUX_WAITS_FOR_EVENTS:
      // One with a limit may be told later than it is over.
      return linux_wait_is_endless(call, arguments[3]) ? 4 : 2
    case LINUX_WAITS_FOR_OTHERS: return 3
    case LINUX_WAITS_FOR_THREADS:
      let isLock = forbidden.contains { $0.contains(arguments[0]) } || Self.isArena(arguments[0])
      return isLock ? 0 : 1
    default: return 0
    }
  }

  /// Whether glibc keeps the lock of an arena of its heap there: at the start of 64 MB.
  private static func isArena(_ address: UInt64) -> Bool { address & ((64 << 20) - 1) < 4096 }
}

/// Why the kernel does not let this process look into another one's memory, ptrace(2).
public enum TraceRefusal: Hashable, Sendable {
  /// The other process is another user's, and this one has no privilege.
  case otherUser
  /// `/proc/sys/kernel/yama/ptrace_scope` allows it to others only.
  case scope(Int)
  /// Something else: a capability that is missing, a filter of system calls, a security module, or
  /// the other process has forbidden it.
  case unknown

  /// Finds out why a process was refused.
  public init(of process: Int32) {
    let own = Int(geteuid())
    if own != 0, let owner = Self.owner(of: process), owner != own {
      self = .otherUser
    } else if own != 0, let scope = Self.scope, scope > 0 {
      self = .scope(scope)
    } else {
      self = Self.scope == 3 ? .scope(3) : .unknown
    }
  }

  /// The setting of the security module Yama; nil if the kernel has none.
  public static var scope: Int? {
    ProcessFiles.contents("/proc/sys/kernel/yama/ptrace_scope", limit: 8).flatMap {
      Int($0.prefix { $0.isNumber })
    }
  }

  private static func owner(of process: Int32) -> Int? {
    let text = ProcessFiles.kernelText("/proc/\(process)/status", limit: 16_384)
    let users = ProcessFiles.lines(of: text).lazy.compactMap { ProcessFiles.field("Uid:", of: $0) }
    return users.first?.split { $0 == "\t" || $0 == " " }.first.flatMap { Int($0) }
  }
}
