public import CTaskProbe

/// Swift's own tasks, by their addresses: only to tell them apart, never to look into.
public enum NativeTask {
  /// The one that runs on this thread.
  @inlinable @inline(__always)
  public static var current: UnsafeRawPointer? { unsafe tp_native_task() }

  /// The id that the Swift runtime gave it, unique in the process.
  ///
  /// - Parameter task: A task that is alive.
  /// - Returns: Its id.
  @inlinable
  public static func id(of task: UnsafeRawPointer) -> UInt64 { unsafe tp_native_task_id(task) }
}
