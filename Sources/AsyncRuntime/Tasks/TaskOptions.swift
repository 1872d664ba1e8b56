/// Decides how tasks are made: see `EventLoop.taskFactory`.
///
/// Gets what was asked for, and may change it.
public typealias TaskFactory = (_ options: inout TaskOptions) -> Void

/// How a task is to be made.
public struct TaskOptions: Sendable {
  /// What people will call it; nil for `Task-` and a number.
  public var name: String?
  /// Whether its body begins at once.
  public var startsEagerly: Bool
  /// Whether who creates it has asked for either way of beginning, so that a factory had better
  /// leave it.
  public let isExplicit: Bool
}

extension EventLoop {
  /// Decides how this loop's tasks are made; nil for the usual way.
  ///
  /// In asyncio it makes the task object, of a class of its own. Here every task is an `AsyncTask`;
  /// what can be chosen is in `TaskOptions`. It is called for each task that is created, on the
  /// loop's thread, so it had better be quick.
  public final var taskFactory: TaskFactory? {
    get {
      checkThread()
      return registry.factory
    }
    set {
      checkThread()
      _ = registry.replaceFactory(newValue)
    }
  }

  /// Makes every task begin at once, unless who creates it says otherwise: asyncio's
  /// `eager_task_factory`.
  public static var eagerTaskFactory: TaskFactory {
    { options in if !options.isExplicit { options.startsEagerly = true } }
  }

  final var hasTaskFactory: Bool { registry.factory != nil }

  final func options(name: String?, eagerly: Bool?) -> TaskOptions {
    var options = TaskOptions(
      name: name, startsEagerly: eagerly ?? false, isExplicit: eagerly != nil)
    registry.factory?(&options)
    return options
  }
}
