import AsyncTopBus

/// A value that crosses to the loop's thread with a call, or comes back from it.
///
/// Sendable: one side at a time has it, since the caller waits for the other.
struct Carried<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) {
    self.value = value
  }
}

/// An actor whose code runs on the loop's thread.
///
/// The runtime's code goes through it to the loop's thread and back, where a task of the loop's has
/// called it on another one.
actor LoopActor {
  nonisolated let loop: LoopExecutor

  init(_ loop: LoopExecutor) {
    self.loop = loop
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe loop.asUnownedSerialExecutor()
  }

  func run<Result: Sendable, Failure: Error>(
    _ body: nonisolated(nonsending) @Sendable () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    // Without a call that can't wait the compiler sees no need to go there before it calls the body
    // (Swift 6.3, optimized).
    loop.noteArrival()
    return try await body()
  }
}

// On which thread code runs that is isolated to an actor.
//
// A task of the loop's runs on the loop's thread as long as its code is isolated to nothing, or to
// the main actor where the loop runs that. In any other actor it runs where the actor does: as a
// rule on the loop too, since an actor without an executor of its own runs on that of the task. But
// an actor that tasks of several executors want at once runs all of them on the thread of one, and
// an actor with an executor of its own runs there. So:
//
// 1. What touches the loop and can't wait checks its thread, and ends the program elsewhere.
// 2. What waits goes to the loop, by `atHome`, if it is called elsewhere.
// 3. After a wait the thread may be another one than before. What touches the loop then looks where
//    it is, or does all of it at home, where nothing leaves the thread.
extension EventLoop {
  /// Whether what is isolated like that stays on the loop's thread.
  @inline(__always)
  final func keeps(_ isolation: (any Actor)?) -> Bool {
    guard let isolation else { return true }
    return runsMainActor && isMainActor(isolation)
  }

  /// Whether what runs, isolated like that, is on the loop's thread and stays there.
  final func isHome(_ isolation: (any Actor)?) -> Bool {
    guard isOnThread else { return false }
    return keeps(isolation) || (isolation as? LoopActor)?.loop === self
  }

  /// Whether what runs, isolated like that, has to go home before it waits, since it is on another
  /// thread or may be there afterwards.
  ///
  /// Where it belongs to no task of this loop's, another thread is a mistake and ends the program.
  @inline(__always)
  final func isAway(_ isolation: (any Actor)?) -> Bool {
    if isOnThread && keeps(isolation) { return false }
    return isAwayInActor(isolation)
  }

  private final func isAwayInActor(_ isolation: (any Actor)?) -> Bool {
    if isOnThread { return !isHome(isolation) }
    if Self.ofCurrentTask !== self { refuseThread() }
    return true
  }

  @inline(never)
  fileprivate final func noteArrival() {
    checkThread()
  }

  /// Runs a body on the loop's thread, in the task that runs now.
  ///
  /// It goes there and back through the loop's queue, from any thread.
  nonisolated(nonsending)
    final func atHome<Result: Sendable, Failure: Error>(
      _ body: nonisolated(nonsending) @Sendable () async throws(Failure) -> Result
    ) async throws(Failure) -> Result
  {
    try await LoopActor(executor).run(body)
  }

  /// The loop whose task runs now, on any thread: the one that it prefers, or without a
  /// preference the process's.
  ///
  /// Nil if its executor is no loop.
  static var ofCurrentTask: EventLoop? {
    let (isTask, preferred) = unsafe withUnsafeCurrentTask { task in
      (unsafe task != nil, unsafe task?.unownedTaskExecutor?.asTaskExecutor())
    }
    guard isTask else { return nil }
    guard let preferred else { return MainLoop.processWide }
    return preferred as? LoopExecutor
  }

  /// The task of a loop's that runs on this thread, where its actor has taken it.
  static var taskElsewhere: AnyAsyncTask? {
    guard let native = unsafe NativeTask.current, let own = ofCurrentTask, !own.isOnThread else {
      return nil
    }
    return unsafe own.tasksSeenElsewhere.task(at: native)
  }

  /// The loop that runs on this thread, unless what runs, isolated like that, is a task of another
  /// loop's that its actor has brought here.
  @inline(__always)
  static func local(for isolation: (any Actor)?) -> EventLoop? {
    guard let loop = running else { return nil }
    return loop.keeps(isolation) || loop.isOfCurrentTask ? loop : nil
  }

  /// The loop of what runs, isolated like that, for calls that make no sense without one and can be
  /// made from any thread.
  @usableFromInline
  static func own(
    for call: StaticString, in isolation: (any Actor)?, _ fileID: StaticString? = nil,
    _ line: UInt32 = 0
  ) -> EventLoop {
    local(for: isolation) ?? own(for: call, fileID, line)
  }

  /// The same, for calls that can throw.
  static func needed(
    for call: StaticString, in isolation: (any Actor)?
  ) throws(AwaitError) -> EventLoop {
    guard let loop = local(for: isolation) ?? ofCaller else { throw .noLoop("\(call)") }
    return loop
  }

  /// The loop of what runs, for code whose isolation is not known.
  static func own(
    for call: StaticString, _ fileID: StaticString? = nil, _ line: UInt32 = 0
  ) -> EventLoop {
    ofCaller ?? required(for: call, fileID, line)
  }

  /// The same; nil without a loop.
  static var ofCaller: EventLoop? {
    if let loop = running, unsafe NativeTask.current == nil || loop.current != nil { return loop }
    return ofCurrentTask ?? running
  }

  // A native task that prefers no loop's may be anywhere, and is at home where it is.
  private var isOfCurrentTask: Bool {
    if current != nil { return true }
    guard let own = Self.ofCurrentTask else { return true }
    return own === self
  }
}
