public import CAsyncTopProbe

extension Probe {
  /// What a task is about to wait for.
  public enum Awaited: UInt8 {
    /// A task, by its id.
    case task = 1
    /// A task group, by its id.
    case group = 2
    /// A timer, by its id.
    case timer = 5
    /// A lock, queue, socket or the like, by its id.
    case resource = 6
    /// A future, by its address.
    case future = 7
    /// Nothing: it lets others run, and is ready.
    case turn = 9
  }

  /// The task that runs on this thread is about to suspend for this.
  @inlinable @inline(__always)
  public static func willWait(for awaited: Awaited, _ target: UInt64, at site: UInt32) {
    tp_will_wait(awaited.rawValue, target, site)
  }

  /// It does not suspend after all.
  @inlinable
  public static func willNotWait() {
    tp_will_not_wait()
  }

  /// Creates one of the runtime's tasks, with what is known of it.
  ///
  /// - Parameters:
  ///   - name: Its name, of which 47 bytes are kept.
  ///   - site: Where it is created.
  ///   - group: The runtime's group it belongs to.
  ///   - create: Creates exactly one native task on this thread.
  /// - Returns: What that returns.
  @inlinable
  public static func creatingTask<Made>(
    name: String?, site: UInt32, group: Group?, _ create: () -> Made
  ) -> Made {
    guard isOn else { return create() }
    let flags = UInt16(TP_TASK_RUNTIME.rawValue)
    guard let name else {
      tp_will_create_task(site, nil, group?.slot ?? 0, flags)
      return create()
    }
    return unsafe name.withCString { text in
      unsafe tp_will_create_task(site, text, group?.slot ?? 0, flags)
      return create()
    }
  }

  /// The runtime asked a task to end, in its own way.
  ///
  /// - Parameter task: The address of the native task, alive.
  @inlinable @inline(__always)
  public static func cancelled(_ task: UnsafeRawPointer) {
    if isOn { unsafe tp_runtime_cancelled(task) }
  }

  /// One of the runtime's tasks has a new name.
  ///
  /// - Parameters:
  ///   - task: The address of the native task, alive.
  ///   - name: The name, of which 47 bytes are kept.
  public static func named(_ task: UnsafeRawPointer, _ name: String) {
    if isOn { unsafe tp_task_named(task, name) }
  }

  /// A task group of the runtime's.
  public struct Group: Sendable {
    @usableFromInline let slot: UInt32

    /// Reports a new group, of the task that runs on this thread.
    ///
    /// - Parameters:
    ///   - name: What it is called, if anything.
    ///   - site: Where it was made.
    public init(name: String?, site: UInt32) {
      if let name {
        slot = unsafe tp_group_created(UInt8(TP_GROUP_RUNTIME.rawValue), 0, site, name)
      } else {
        slot = tp_group_created(UInt8(TP_GROUP_RUNTIME.rawValue), 0, site, nil)
      }
    }

    /// Its id.
    public var id: UInt64 { tp_group_id(slot) }

    /// It was cancelled.
    public func cancelled() { tp_group_cancelled(slot) }

    /// All its tasks are done.
    public func ended() { tp_group_ended(slot) }
  }
}

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
