public import CAsyncTopProbe

/// Swift's own tasks, by their addresses.
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

  /// Has the Swift runtime take something as the main actor's executor.
  ///
  /// - Parameter executor: The two words of a reference to it, which stays valid for ever and is
  ///   always the same; nil for the one before.
  /// - Returns: False if the Swift runtime does not ask.
  @discardableResult
  public static func setMainExecutor(_ executor: (UInt, UInt)?) -> Bool {
    tp_native_set_main_executor(executor?.0 ?? 0, executor?.1 ?? 0)
  }

  /// Has a task that was cancelled be so no more: its flag is taken back, not what handlers of the
  /// cancellation have done.
  ///
  /// - Parameter task: A task that is alive.
  /// - Returns: False if the Swift runtime is one whose tasks we don't know; the flag stays, then.
  @discardableResult
  public static func uncancel(_ task: UnsafeRawPointer) -> Bool {
    unsafe tp_native_uncancel(UnsafeMutableRawPointer(mutating: task))
  }
}
