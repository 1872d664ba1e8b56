import AsyncTopBus

/// The tasks of a loop that have not ended: in the order in which they began, and by the addresses
/// of the native tasks underneath.
///
/// 1. It keeps none of them alive: the native task does, and a task removes itself before it ends.
/// 2. A task is in the list and in the table, or in neither. Its links belong to the list, and
///    `nativeAddress` is not nil as long as it is there.
/// 3. Other threads look tasks up by `NativeTaskTable.Face` only.
///
/// Only on the loop's thread. No function here calls anything of a task's.
@safe
struct TaskRegistry: ~Copyable {
  // Linked through the tasks themselves.
  private var newest: Unmanaged<AnyAsyncTask>?
  private var natives = NativeTaskTable()
  /// How many there are.
  private(set) var count = 0
  private var created: UInt64 = 0
  // How often a request to cancel was passed on.
  private(set) var cancelPass: UInt32 = 0
  /// Decides how tasks are made: see `EventLoop.taskFactory`.
  private(set) var factory: TaskFactory?

  /// The table as other threads see it.
  var face: NativeTaskTable.Face { natives.face }

  /// Returns the former factory, which is the program's and is released outside of the access.
  mutating func replaceFactory(_ newFactory: TaskFactory?) -> TaskFactory? {
    exchange(&factory, with: newFactory)
  }

  /// A number for a task that is about to be made: 1 and up.
  mutating func nextNumber() -> UInt64 {
    created += 1
    return created
  }

  /// Begins to pass a request to cancel on, from task to task: each remembers by the number which
  /// one it has seen last.
  mutating func beginCancelPass() {
    cancelPass &+= 1
  }

  /// The task on a native task; nil if that has none.
  @inline(__always)
  func task(at native: UnsafeRawPointer) -> AnyAsyncTask? {
    unsafe natives.task(at: native)
  }

  mutating func add(_ task: AnyAsyncTask, on native: UnsafeRawPointer) {
    unsafe task.nativeAddress = native
    task.nativeID = unsafe NativeTask.id(of: native)
    let added = unsafe Unmanaged.passUnretained(task)
    unsafe task.nextInLoop = newest
    unsafe newest?._withUnsafeGuaranteedRef { unsafe $0.previousInLoop = added }
    unsafe newest = added
    unsafe natives.insert(task, at: native)
    count += 1
  }

  mutating func remove(_ task: AnyAsyncTask) {
    guard unsafe task.nativeAddress != nil else { return }
    let (next, previous) = unsafe (task.nextInLoop, task.previousInLoop)
    if let previous = unsafe previous {
      unsafe previous._withUnsafeGuaranteedRef { unsafe $0.nextInLoop = next }
    } else {
      unsafe newest = next
    }
    unsafe next?._withUnsafeGuaranteedRef { unsafe $0.previousInLoop = previous }
    unsafe task.nextInLoop = nil
    unsafe task.previousInLoop = nil
    if let address = unsafe task.nativeAddress { unsafe natives.remove(at: address) }
    unsafe task.nativeAddress = nil
    count -= 1
  }

  /// All of them, oldest first.
  var tasks: [AnyAsyncTask] {
    var tasks: [AnyAsyncTask] = []
    tasks.reserveCapacity(count)
    var next = unsafe newest
    while let task = unsafe next?.takeUnretainedValue() {
      tasks.append(task)
      unsafe next = task.nextInLoop
    }
    tasks.reverse()
    return tasks
  }
}
