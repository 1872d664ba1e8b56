public import AsyncTopBus

extension EventLoop {
  /// Creates a task.
  ///
  /// Only this is generic, and also compiled where it is used, for the type of the value that it is
  /// used with there: otherwise that type would be looked up at run time for every task.
  ///
  /// - Parameters:
  ///   - name: What people call it; `Task-` and a number without one.
  ///   - group: The group that waits for it.
  ///   - eagerly: Whether its first part runs at once; nil for as the factory says, or else not.
  ///   - site: Where the caller is.
  ///   - isolation: What the body starts isolated to: the caller's, so that it starts without a
  ///     detour.
  ///   - body: What it does.
  /// - Returns: The task.
  @inlinable
  final func create<Value: Sendable>(
    name: String?, group: AsyncTaskGroup?, eagerly: Bool? = nil, site: UInt32,
    isolation: isolated (any Actor)?,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) -> AsyncTask<Value> {
    let task = AsyncTask<Value>(loop: self, name: name)
    // Used once, in one of two places.
    nonisolated(unsafe) let body = body
    guard isolation == nil || startsInside(isolation, eagerly: eagerly, in: group) else {
      // Begins and ends on the loop. Its body alone is where its actor runs.
      task.start(in: group, eagerly: eagerly, site: site, hasIsolation: false) {
        do {
          try task.begin()
          if task.needsTurn { try await task.waitForTurn() }
          unsafe task.finish(returning: try await body())
        } catch {
          task.finish(throwing: error)
        }
      }
      return task
    }
    task.start(in: group, eagerly: eagerly, site: site, hasIsolation: isolation != nil) {
      _ = isolation
      do {
        if task.isOnLoop { try task.begin() } else { try await task.beginElsewhere() }
        if task.needsTurn { try await task.waitForTurn() }
        unsafe task.finish(returning: try await body())
      } catch {
        task.finish(throwing: error)
      }
    }
    return task
  }

  /// Whether a task starts isolated as its creator is.
  ///
  /// It does where that keeps it on the loop's thread, and where it might begin at once, which it
  /// can't do where it has to prefer the loop.
  @usableFromInline
  final func startsInside(
    _ isolation: (any Actor)?, eagerly: Bool?, in group: AsyncTaskGroup?
  ) -> Bool {
    if keeps(isolation) { return true }
    return isProcessWide && isOnThread && (eagerly ?? hasTaskFactory) && group?.turns == nil
  }
}

extension AnyAsyncTask {
  /// Has the native task underneath begin, once: at once, inside of what runs now, until it first
  /// suspends, or in the next iteration, after what is ready already.
  ///
  /// Generic only so that the operation comes in the form in which the Swift runtime calls it. One
  /// that returns `Void` would be wrapped in two more functions that wait for each other.
  @usableFromInline
  final func start<Nothing: Sendable>(
    in group: AsyncTaskGroup?, eagerly: Bool?, site: UInt32, hasIsolation: Bool,
    @_inheritActorContext _ operation: sending @escaping @isolated(any) () async -> Nothing
  ) {
    self.site = site
    guard loop.isOnThread else { return startElsewhere(in: group, operation) }
    loop.checkOpen()
    let startsEagerly = eagerly == true || loop.hasTaskFactory ? choose(eagerly) : false
    if let group { group.add(self) }
    // Used once.
    nonisolated(unsafe) let operation = operation
    let isAlone = hasIsolation && loop.role != .borrowedMainActor
    let preference = loop.isProcessWide || isAlone ? nil : loop.executor
    let native = Probe.creatingTask(name: givenName, site: site, group: group?.probe) {
      unsafe Self.native(eagerly: startsEagerly, on: preference, operation)
    }
    // Begun eagerly it may be known, or have ended, by now; not if its body belongs to an executor
    // that something else runs on, and so begins later.
    guard unsafe nativeAddress == nil, !isDone else { return }
    unsafe loop.registry.add(self, on: unsafeBitCast(native, to: UnsafeRawPointer.self))
  }

  // Created on another thread, where its creator's actor is: it introduces itself to the loop when
  // it begins there.
  private func startElsewhere<Nothing: Sendable>(
    in group: AsyncTaskGroup?, _ operation: sending @escaping @isolated(any) () async -> Nothing
  ) {
    if let group {
      self.group = group
      joinsGroup = true
      group.willJoin()
    }
    nonisolated(unsafe) let operation = operation
    _ = Probe.creatingTask(name: givenName, site: site, group: group?.probe) {
      unsafe Self.native(
        eagerly: false, on: loop.isProcessWide ? nil : loop.executor, operation)
    }
  }

  private static func native<Nothing: Sendable>(
    eagerly: Bool, on preference: LoopExecutor?,
    _ operation: sending @escaping @isolated(any) () async -> Nothing
  ) -> Task<Void, Never> {
    let native =
      switch (eagerly, preference) {
      case (false, nil): Task(operation: operation)
      case (false, let preference?): Task(executorPreference: preference, operation: operation)
      case (true, nil): Task.immediate(operation: operation)
      case (true, let preference?):
        Task.immediate(executorPreference: preference, operation: operation)
      }
    // The same thing, of a type that need not be looked up.
    return unsafe unsafeBitCast(native, to: Task<Void, Never>.self)
  }

  // What the factory says, and whether it starts eagerly then.
  private func choose(_ eagerly: Bool?) -> Bool {
    let options = loop.options(name: givenName, eagerly: eagerly)
    givenName = options.name
    return options.startsEagerly
  }

  /// Before the body: fails if it was cancelled by then.
  @usableFromInline
  final func begin() throws {
    // Started eagerly, or created on another thread, when nobody knows it yet.
    if unsafe nativeAddress == nil, let native = unsafe NativeTask.current {
      unsafe try introduce(native)
    }
    if takesCancellation() { throw CancellationError() }
  }

  /// The same on another thread, where its actor is.
  @usableFromInline
  nonisolated(nonsending)
    final func beginElsewhere() async throws
  {
    try await loop.atHome { try self.begin() }
  }
}

/// Creates a task on the loop of this thread.
///
/// Its body begins in the next iteration, after what is ready already, and is isolated as the place
/// is where it is written. In an actor that runs on another thread, it is a task of the same loop
/// as the one that creates it.
///
/// Created eagerly, the body begins at once, as the current task, and `createTask` returns when it
/// first suspends or has ended. A task that never suspends so never goes through the queue. Where
/// the body is isolated to another actor than the caller, or to one other than the main actor on a
/// loop that is not the process's, it begins as soon as that can run it.
///
/// - Parameters:
///   - name: What people call it; `Task-` and a number without one.
///   - eagerly: Whether it begins at once; without it, as the loop's task factory says, if it has
///     one.
///   - body: What the task does.
/// - Returns: With which it can be awaited and cancelled. It runs whether or not that is kept; an
///   error that nobody looks at goes to the loop's exception handler.
@discardableResult
@inlinable
public func createTask<Value: Sendable>(
  name: String? = nil, eagerly: Bool? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
  @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
) -> AsyncTask<Value> {
  EventLoop.own(for: "createTask", in: isolation, fileID, line).create(
    name: name, group: nil, eagerly: eagerly, site: Probe.site(fileID, line, function),
    isolation: isolation, body)
}

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
