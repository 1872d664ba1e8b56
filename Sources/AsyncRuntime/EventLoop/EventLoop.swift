import AsyncTopBus
import AsyncTopLinux
import Synchronization

/// An event loop: runs tasks and callbacks one at a time, in the order in which they became ready.
///
/// A loop is a Swift executor. Between two awaits of what runs on it nothing else does, as in
/// Python's asyncio, and what is isolated to the main actor gets that from the compiler. One
/// iteration runs what was ready when it began; what becomes ready meanwhile waits for the next
/// one.
///
/// A loop belongs to the thread that made it, and only `callSoonThreadsafe` may be used from
/// others; a call from a wrong thread is a mistake in the program and ends it.
///
/// Sendable:
/// 1. `inbox`, `thread`, `name` and `nativesSeenElsewhere` never change and are safe to use from
///    any thread; so are `isDebugging` and `usesContexts`.
/// 2. Everything else is touched only on `thread`, which every entry point checks.
/// 3. Where Swift does not check at run time that accesses don't overlap, nothing is called during
///    one that could lead to another.
@safe
public class EventLoop: @unchecked Sendable {
  /// What people call it.
  public let name: String
  let thread = ThreadIdentity.current
  let inbox: Inbox
  let probe: Probe.Loop

  @safe @exclusivity(unchecked) var ready = ReadyQueue()
  @safe @exclusivity(unchecked) var timers: TimerWheel
  @safe @exclusivity(unchecked) var poller: Poller
  @safe @exclusivity(unchecked) var descriptors = DescriptorTable()
  // Those that somebody on the loop wants.
  var signals: [WatchedSignal] = []
  // What `addReader` and the like watch, by the kernel's numbers.
  var watches: [Int32: DescriptorWatch] = [:]
  let receiveBuffer = ReceiveBuffer()
  @safe @exclusivity(unchecked) var writeBatch = WriteBatch()

  // While a waiting task is resumed in its turn: its job comes back through `schedule`, to run at
  // once.
  @safe @exclusivity(unchecked) var takesJob = false
  // While a task is resumed that waited in the main actor.
  @safe @exclusivity(unchecked) var resumesOnMainActor = false
  @safe @exclusivity(unchecked) var takenJob: ReadyItem?

  @safe @exclusivity(unchecked) var isStopping = false
  @safe @exclusivity(unchecked) var ranSinceLook = 0
  @safe @exclusivity(unchecked) var lag: UInt64 = 0
  // Of a loop in a test: see AsyncRuntimeTesting.
  final let simulation: Simulation?
  final var givenExceptionHandler: ((EventLoop, ExceptionContext) throws -> Void)?
  // Of functions that block, made with its first use.
  var defaultExecutor: ThreadPool?
  // Whose threads ask for addresses, made with its first use.
  var resolver: ThreadPool?
  // Of the callback that runs; whatever runs in a task has that's.
  @safe @exclusivity(unchecked) final var callbackContext = Context()
  // While the exception handler is told of a task or callback: the context of that, and what runs.
  @exclusivity(unchecked) final var handlerContext: (values: Context, native: UnsafeRawPointer?)?
  // Whether any context on the loop has had a value.
  final var usesContexts: Bool {
    @inline(__always) get { usingContexts.load(ordering: .relaxed) }
    set { usingContexts.store(newValue, ordering: .relaxed) }
  }
  private let usingContexts = Atomic(false)
  // The tasks that are not done, linked through themselves, newest first.
  @exclusivity(unchecked) final var newestTask: Unmanaged<AnyAsyncTask>?
  @safe @exclusivity(unchecked) var taskCount = 0
  @safe @exclusivity(unchecked) var tasksCreated: UInt64 = 0
  // How often a request to cancel was passed on: see `AnyAsyncTask.cancel`.
  @safe @exclusivity(unchecked) final var cancelPasses: UInt32 = 0
  // Ends the run: see `StopError`.
  final var stopError: (any Error)?
  @safe @exclusivity(unchecked) final var givenTaskFactory: TaskFactory?
  // The tasks that are not done, by the addresses of the native tasks underneath.
  @safe @exclusivity(unchecked) var natives = NativeTaskTable()
  // The same for other threads.
  final let nativesSeenElsewhere: NativeTaskTable.Face

  /// Whether the Swift runtime runs the main actor, and whatever asks for no executor, on it.
  @safe @exclusivity(unchecked) @usableFromInline final var isProcessWide = false
  /// Whether it runs the main actor at least.
  @safe @exclusivity(unchecked) final var runsMainActor = false
  /// Whether it does so for a test, in place of the main actor's own executor.
  @safe @exclusivity(unchecked) final var borrowsMainActor = false
  /// The native task that the loop runs in, if one called it.
  @exclusivity(unchecked) final var host: UnsafeRawPointer?

  /// Whether it runs now.
  @safe @exclusivity(unchecked) public internal(set) final var isRunning = false
  /// Whether it was closed: it runs nothing any more.
  @safe @exclusivity(unchecked) public internal(set) var isClosed = false
  // Whether a runner has it: the main thread's loop serves one at a time.
  final var hasRunner = false

  /// Whether it looks at itself, and tells the exception handler of what deserves a look: see
  /// `slowCallbackDuration`.
  ///
  /// Off, unless the environment has `ASYNCRUNTIME_DEBUG=1` or the runner says otherwise. Callbacks
  /// remember where they were created while it is on.
  /// It may be asked for from any thread.
  public final var isDebugging: Bool {
    get { debugging.load(ordering: .relaxed) }
    set { debugging.store(newValue, ordering: .relaxed) }
  }
  private let debugging = Atomic(EventLoop.isDebuggingByDefault)

  /// In debug mode, the exception handler is told of a callback that takes this long or longer, and
  /// of a task that runs so long without giving way: meanwhile nothing else could run.
  public var slowCallbackDuration = Duration.milliseconds(100)

  // After this many jobs a busy loop looks for events in the kernel.
  static let jobsBetweenLooks = 64

  init(name: String, simulation: Simulation? = nil) throws(Errno) {
    Probe.start()
    self.name = name
    self.simulation = simulation
    inbox = try Inbox()
    nativesSeenElsewhere = natives.face
    poller = try Poller()
    timers = TimerWheel(now: simulation?.now ?? SystemClock.monotonic)
    probe = Probe.Loop(name: name)
    try poller.addReader(inbox.counter.number, owner: DescriptorTable.wakeOwner)
  }

  deinit {
    probe.ended()
  }

  /// The loop as the Swift runtime sees it: every loop is made as one.
  final var executor: LoopExecutor {
    unsafe unsafeDowncast(self, to: LoopExecutor.self)
  }

  /// The loop that runs on this thread; nil if none does.
  public static var running: EventLoop? {
    guard let word = unsafe ThreadIdentity.word else { return nil }
    return unsafe Unmanaged<EventLoop>.fromOpaque(word).takeUnretainedValue()
  }

  // The same for a moment, without counting a reference: what runs keeps the loop alive.
  @inline(__always)
  static func withRunning<Result>(_ body: (EventLoop) -> Result?) -> Result? {
    guard let word = unsafe ThreadIdentity.word else { return nil }
    return unsafe Unmanaged<EventLoop>.fromOpaque(word)._withUnsafeGuaranteedRef { body($0) }
  }

  /// The loop that runs on this thread, for calls that make no sense without one.
  @usableFromInline
  static func required(
    for call: StaticString, _ fileID: StaticString? = nil, _ line: UInt32 = 0
  ) -> EventLoop {
    guard let loop = running else { refuseWithoutLoop(call, fileID, line) }
    return loop
  }

  static func refuseWithoutLoop(
    _ call: StaticString, _ fileID: StaticString? = nil, _ line: UInt32 = 0
  ) -> Never {
    refuse(
      "\(call) needs a running event loop on this thread; use run(_:) or Runner.run(_:)", fileID,
      line)
  }

  /// Ends the run after the current iteration.
  ///
  /// Only on the loop's thread.
  public func stop() {
    checkThread()
    isStopping = true
  }

  final var isOnThread: Bool {
    @inline(__always) get { thread == .current }
  }

  /// Whether it runs now, on this thread.
  final var isRunningHere: Bool {
    @inline(__always) get {
      unsafe ThreadIdentity.word == Unmanaged.passUnretained(self).toOpaque()
    }
  }

  /// Ends the program because of a mistake in it: with one sentence that says what was wrong, and
  /// where or at least in which task.
  static func refuse(
    _ message: String, _ fileID: StaticString? = nil, _ line: UInt32 = 0
  ) -> Never {
    programmerError(message + whoRuns, fileID: fileID, line: line)
  }

  private static var whoRuns: String {
    guard let loop = running, let task = loop.current else { return "" }
    let place = loop.text(of: task.site).map { ", created at \($0)" } ?? ""
    return " (in the task “\(task.name)”\(place))"
  }

  @inline(never)
  final func refuseThread() -> Never {
    Self.refuse(
      "the event loop “\(name)” is used on a thread that is not its own;"
        + " see callSoonThreadsafe and runCoroutineThreadsafe")
  }

  @inline(__always)
  @usableFromInline
  final func checkThread() {
    if !isOnThread { refuseThread() }
  }
}

extension EventLoop: CustomStringConvertible {
  /// For people: its name and state, and on its thread how many tasks it has.
  public final var description: String {
    guard isOnThread else { return "EventLoop “\(name)”" }
    let state = isClosed ? "closed" : isRunning ? "running" : "not running"
    return "EventLoop “\(name)”, \(state), \(taskCount) tasks"
  }
}
