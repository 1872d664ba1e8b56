@_spi(ExperimentalCustomExecutors) import _Concurrency
import AsyncTopLinux
import Synchronization

/// The loop of the main thread, and how it becomes the executor of the main actor and of all else.
enum MainLoop: ExecutorFactory {
  /// Made once, never freed: the Swift runtime keeps its executors for ever.
  private static let made = Result { () throws(Errno) in try LoopExecutor(name: "main") }

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
    loop.runsMainActor = MainActor.executor === loop
    loop.isProcessWide = loop.runsMainActor && Task.defaultExecutor === shared
    if loop.isProcessWide { isDefault.store(true, ordering: .releasing) }
    return loop.runsMainActor
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
