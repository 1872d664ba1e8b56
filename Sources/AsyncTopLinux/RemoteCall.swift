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
    let ranges = forbidden.map {
      linux_injection_range(start: $0.lowerBound, end: $0.upperBound)
    }
    var call = unsafe linux_injection()
    unsafe call.process = process
    unsafe call.function = function
    unsafe call.error_place = errorPlace
    let isDone = unsafe ranges.withUnsafeBufferPointer { ranges in
      unsafe object.withUnsafeBytes { bytes in
        unsafe call.object = bytes.count > 0 ? bytes.baseAddress : nil
        unsafe call.object_size = bytes.count
        unsafe call.forbidden = ranges.baseAddress
        unsafe call.forbidden_count = ranges.count
        return unsafe linux_inject(&call) != 0
      }
    }
    guard isDone else {
      let cause = unsafe Errno(call.error)
      throw unsafe problem(call.step, cause)
    }
    return unsafe Outcome(result: call.result, thread: call.thread, stopped: call.stopped)
  }

  private func problem(_ step: linux_injection_step, _ cause: Errno) -> Problem {
    if cause == Errno(ENOSYS) { return .unsupported }
    switch step {
    case LINUX_INJECTION_FINDS_THREAD: return .allBusy
    case LINUX_INJECTION_STOPS_THREAD:
      return cause == .notPermitted || cause == .accessDenied
        ? .refused(TraceRefusal(of: process)) : .allBusy
    case LINUX_INJECTION_MAKES_MEMORY: return .noMemory(cause)
    case LINUX_INJECTION_RUNS: return .noReturn
    default: return .system(cause)
    }
  }
}
