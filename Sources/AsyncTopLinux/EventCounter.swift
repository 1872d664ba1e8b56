import CAsyncTopLinux

/// A counter in the kernel, eventfd(2), that wakes whoever polls it.
///
/// Any thread and any signal handler may add to it.
public struct EventCounter: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Makes a counter at 0.
  public init() throws(Errno) {
    descriptor = try FileDescriptor { linux_event_counter() }
  }

  /// The kernel's number of it.
  public var number: CInt { descriptor.number }

  /// Adds one.
  ///
  /// Can only fail when it is far from 0, and then whoever polls is awake already.
  public func add() {
    linux_wake(number)
  }

  /// Sets it to 0.
  ///
  /// - Returns: What it was.
  @discardableResult
  public func reset() -> UInt64 {
    var count: UInt64 = 0
    _ = unsafe Swift.withUnsafeMutableBytes(of: &count) { unsafe try? descriptor.read(into: $0) }
    return count
  }
}
