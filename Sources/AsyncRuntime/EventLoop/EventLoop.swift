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
/// What it is made of, each with its rules:
/// - `phase`: open, running, stopping or closed;
/// - `turn`: what is ready, and in what order it runs; `inbox`: what other threads made ready;
/// - `timers`: what becomes ready later;
/// - `registry`: the tasks that have not ended;
/// - `descriptors`: what the kernel reports, and what is sent and received;
/// - `contexts`: the context variables outside of tasks;
/// - `role`: what the Swift runtime runs on it.
///
/// Sendable:
/// 1. `inbox`, `thread`, `name` and `tasksSeenElsewhere` never change and are safe to use from any
///    thread; so are `isDebugging` and `usesContexts`.
/// 2. Everything else is touched only on `thread`, which every entry point checks.
/// 3. Swift does not check at run time that accesses to the parts above don't overlap. None of
///    their functions calls anything that could come back to the loop: no callback, no task and no
///    `deinit` of the program's.
@safe
public class EventLoop: @unchecked Sendable {
  /// What people call it.
  public let name: String
  let thread = ThreadIdentity.current
  let inbox: Inbox
  let probe: Probe.Loop
  // Of a loop in a test: see AsyncRuntimeTesting.
  final let simulation: Simulation?

  @safe @exclusivity(unchecked) final var turn = Turn()
  @safe @exclusivity(unchecked) final var phase: Phase
  @safe @exclusivity(unchecked) final var role = Role.own
  @safe @exclusivity(unchecked) final var registry = TaskRegistry()
  @safe @exclusivity(unchecked) final var timers: TimerWheel
  @safe @exclusivity(unchecked) final var descriptors: Descriptors
  @safe @exclusivity(unchecked) final var contexts = LoopContexts()
  final let tasksSeenElsewhere: NativeTaskTable.Face
  // Whether any context on the loop has had a value.
  final var usesContexts: Bool {
    @inline(__always) get { usingContexts.load(ordering: .relaxed) }
    set { usingContexts.store(newValue, ordering: .relaxed) }
  }
  private let usingContexts = Atomic(false)

  final var unhandledErrors = UnhandledErrors()
  final var threadPools = LoopThreadPools()

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
  public var slowCallbackDuration = usualSlowCallbackDuration
  static let usualSlowCallbackDuration = Duration.milliseconds(100)

  init(
    name: String, simulation: Simulation? = nil, phase: Phase = .open
  ) throws(Errno) {
    Probe.start()
    self.name = name
    self.simulation = simulation
    self.phase = phase
    inbox = try Inbox()
    if phase == .closed { inbox.close() }
    tasksSeenElsewhere = registry.face
    descriptors = Descriptors(try Poller())
    timers = TimerWheel(now: simulation?.now ?? SystemClock.monotonic)
    probe = Probe.Loop(name: name)
    try descriptors.watch(inbox.counter.number, .reading, for: Descriptors.wakeOwner)
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
    phase.stop()
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
    return "EventLoop “\(name)”, \(state), \(registry.count) tasks"
  }
}
