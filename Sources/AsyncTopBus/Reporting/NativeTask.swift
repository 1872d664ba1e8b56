public import CAsyncTopProbe

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

  /// The task whose child one is, in a native group or by `async let`.
  ///
  /// It is alive while its children are.
  ///
  /// - Parameter task: A task that is alive.
  /// - Returns: Nil if it is no child, or the Swift runtime is one whose tasks we don't know.
  public static func parent(of task: UnsafeRawPointer) -> UnsafeRawPointer? {
    unsafe tp_native_parent(task)
  }
}
