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

  /// Whether the Swift runtime runs the main actor and default tasks on it.
  ///
  /// It takes the executors it is given only before it has made its own, that is before the first
  /// task of the process.
  static let isInstalled: Bool = {
    guard ThreadIdentity.isMain, let loop = try? loop() else { return false }
    _createExecutors(factory: MainLoop.self)
    loop.isProcessWide = MainActor.executor === loop
    return loop.isProcessWide
  }()

  static var mainExecutor: any MainExecutor { executor }
  static var defaultExecutor: any TaskExecutor { executor }

  private static var executor: LoopExecutor {
    guard let loop = try? loop() else {
      preconditionFailure("the executors are only installed once the main loop exists")
    }
    return loop
  }
}
