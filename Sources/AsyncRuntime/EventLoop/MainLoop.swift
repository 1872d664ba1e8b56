@_spi(ExperimentalCustomExecutors) import _Concurrency
import AsyncTopLinux
import Synchronization

/// The loop of the main thread, and how it becomes the executor of the main actor and of all else.
enum MainLoop: ExecutorFactory {
  /// Made once, never freed: the Swift runtime keeps its executors for ever.
  ///
  /// It is closed whenever no runner has it: `EventLoop.forRunner` opens it, and serves one at a
  /// time.
  private static let made = Result { () throws(Errno) in
    try LoopExecutor(name: "main", phase: .closed)
  }

  /// The loop.
  ///
  /// Only on the main thread.
  static func loop() throws(Errno) -> LoopExecutor { try made.get() }

  /// Whether the Swift runtime runs the main actor on it.
  ///
  /// It takes an executor it is given only before it has made its own, that is before the process's
  /// first task: for the main actor before the first that is isolated to it, for all else before
  /// any other. So it may have taken one and not the other.
  static let isInstalled: Bool = {
    guard ThreadIdentity.isMain, let loop = try? loop() else { return false }
    _createExecutors(factory: MainLoop.self)
    guard MainActor.executor === loop else { return false }
    loop.role = Task.defaultExecutor === shared ? .process : .mainActor
    if loop.role == .process { isDefault.store(true, ordering: .releasing) }
    return true
  }()

  private static let isDefault = Atomic(false)

  /// The loop, if it runs what asks for no executor and is open; from any thread.
  static var processWide: EventLoop? {
    guard isDefault.load(ordering: .acquiring), let loop = try? made.get() else { return nil }
    return loop.inbox.isClosed ? nil : loop
  }

  static var mainExecutor: any MainExecutor { executor }
  static var defaultExecutor: any TaskExecutor { shared }

  private static let shared = DefaultExecutor(executor)

  private static var executor: LoopExecutor {
    guard let loop = try? loop() else {
      programmerError("the executors are only installed once the main loop exists")
    }
    return loop
  }
}

extension EventLoop {
  /// What the Swift runtime runs on a loop.
  enum Role: UInt8 {
    /// Only the tasks that prefer it: the loop's own, and their children.
    case own
    /// The main actor as well, for a test, in place of the main actor's own executor.
    case borrowedMainActor
    /// The main actor as well.
    case mainActor
    /// The main actor, and whatever asks for no executor.
    case process
  }

  final var runsMainActor: Bool {
    @inline(__always) get { role != .own }
  }

  final var isProcessWide: Bool {
    @inline(__always) get { role == .process }
  }
}
