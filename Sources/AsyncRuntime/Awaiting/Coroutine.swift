import AsyncTopBus
import AsyncTopLinux

/// Work that has not begun: what calling an `async def` function gives in Python, made by
/// `coroutine(name:_:)`.
///
/// Calling an asynchronous function in Swift begins it, so there is no such thing without this.
/// Awaited, it runs inside of the task that awaits it; given to `createTask`, `gather` and the
/// like, it becomes a task. It runs once: awaiting it again throws `AwaitError.coroutineReused`,
/// while what has become a task stands for that task. One that is never begun is reported in debug
/// mode.
///
/// Sendable: `state` is only touched under `guarding`. Whoever finds it created takes the body out,
/// so that it begins once, on whatever thread.
public final class Coroutine<Value: Sendable>: @unchecked Sendable {
  /// What people will call its task.
  public let name: String?
  private let guarding = SpinLock()
  private let place: (file: StaticString, line: UInt32)
  private let site: UInt32
  private var state: State

  private enum State {
    case created(@isolated(any) () async throws -> Value)
    case task(AsyncTask<Value>)
    case over
  }

  init(
    name: String?, place: (file: StaticString, line: UInt32), site: UInt32,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) {
    self.name = name
    self.place = place
    self.site = site
    state = .created(body)
  }

  /// Gives it up: it never begins, and that is not reported.
  ///
  /// Of one that has begun, it does nothing.
  public func close() {
    _ = begun()
  }

  // Its task on this loop, which fails if it has begun in another way.
  func start(
    on loop: EventLoop, in group: AsyncTaskGroup?, isolation: isolated (any Actor)?
  ) -> AsyncTask<Value> {
    switch begun() {
    case .task(let task) where group == nil: return task
    case .created(let body):
      // Taken out of the state, and so used once.
      nonisolated(unsafe) let body = body
      let task = unsafe loop.create(
        name: name, group: group, site: site, isolation: isolation, body)
      guarding.withLock { state = .task(task) }
      return task
    default:
      return loop.create(name: name, group: group, site: site, isolation: isolation) {
        throw AwaitError.coroutineReused
      }
    }
  }

  // What it is; if it has not begun, it has now.
  private func begun() -> State {
    guarding.withLock {
      let former = state
      if case .created = former { state = .over }
      return former
    }
  }

  deinit {
    guard case .created = state, let loop = EventLoop.running, loop.isDebugging else { return }
    let name = name.map { " Coroutine: \($0)." } ?? ""
    loop.report(
      ExceptionContext(
        message: "A coroutine was never awaited.\(name)", site: "\(place.file):\(place.line)"))
  }
}

extension Coroutine: Awaitable {
  /// The task that it becomes, or has become.
  public func scheduled(isolation: isolated (any Actor)?) -> AsyncTask<Value> {
    start(on: EventLoop.own(for: "a coroutine", in: isolation), in: nil, isolation: isolation)
  }

  /// What its task returned, once that has ended.
  ///
  /// - Throws: What it threw. `InvalidStateError.notDone` also if it has not become a task.
  public func result() throws -> Value {
    guard case .task(let task) = guarding.withLock({ state }) else {
      throw InvalidStateError.notDone
    }
    return try task.result()
  }

  /// Runs it in the task that awaits it, or waits for the task that it has become.
  ///
  /// - Throws: What it throws. `AwaitError.coroutineReused` if it was awaited before, or closed.
  public nonisolated(nonsending) var value: Value {
    get async throws { try await run(at: nil) }
  }

  /// Runs it in the task that awaits it, or waits for the task that it has become, as `value` does.
  ///
  /// - Returns: What it returns.
  /// - Throws: What it throws. `AwaitError.coroutineReused` if it was awaited before, or closed.
  public nonisolated(nonsending) func value(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Value {
    try await run(at: (fileID, line))
  }

  private nonisolated(nonsending) func run(
    at place: (file: StaticString, line: UInt32)?
  ) async throws -> Value {
    switch begun() {
    case .created(let body):
      nonisolated(unsafe) let body = body
      return unsafe try await body()
    case .task(let task):
      if let place { return try await task.value(fileID: place.file, line: place.line) }
      return try await task.value
    case .over: throw AwaitError.coroutineReused
    }
  }
}

/// Makes a coroutine: work that begins when it is awaited, or made a task.
///
/// - Parameters:
///   - name: What people will call its task; `Task-` and a number without one.
///   - body: What it does, isolated as the place is where it is written.
/// - Returns: The coroutine.
public func coroutine<Value: Sendable>(
  name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function,
  @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
) -> Coroutine<Value> {
  Coroutine(
    name: name, place: (fileID, line), site: Probe.site(fileID, line, function), body)
}

/// Creates a task of a coroutine on the loop of this thread.
///
/// - Parameter coroutine: One that has become a task already stands for that.
/// - Returns: With which it can be awaited and cancelled.
@discardableResult
public func createTask<Value: Sendable>(
  _ coroutine: Coroutine<Value>, isolation: isolated (any Actor)? = #isolation
) -> AsyncTask<Value> {
  coroutine.scheduled(isolation: isolation)
}

/// Not there: a call begins at once, before there is a task.
///
/// - Parameter value: Write the call in braces.
/// - Returns: Nothing.
@available(*, unavailable, message: "write the call in braces: createTask { try await … }")
@_disfavoredOverload
public func createTask<Value: Sendable>(_ value: Value) -> AsyncTask<Value> {
  createTask { value }
}
