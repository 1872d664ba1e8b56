@_spi(ExperimentalCustomExecutors) import _Concurrency
import LinuxSystem

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
    return loop.runsMainActor
  }()

  static var mainExecutor: any MainExecutor { executor }
  static var defaultExecutor: any TaskExecutor { shared }

  private static let shared = DefaultExecutor(executor)

  private static var executor: LoopExecutor {
    guard let loop = try? loop() else {
      preconditionFailure("the executors are only installed once the main loop exists")
    }
    return loop
  }
}
