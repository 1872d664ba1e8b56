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
