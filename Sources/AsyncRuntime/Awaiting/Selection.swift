import AsyncTopBus

/// What `wait` waits for: its members, until a condition holds.
///
/// Sendable as its base class is; what it adds never changes.
final class Selection: Assembly, @unchecked Sendable {
  private let condition: ReturnCondition

  init(
    _ loop: EventLoop, of members: [any Waitable], until condition: ReturnCondition, site: UInt32
  ) {
    self.condition = condition
    super.init(loop, of: members, name: "wait", site: site)
  }

  override var needsAll: Bool { condition != .firstCompleted }

  override func memberEnded(_ member: any Waitable) {
    guard !isOver else { return }
    let isEnough =
      switch condition {
      case .firstCompleted: true
      case .firstException: member.hasThrown
      case .allCompleted: false
      }
    if isEnough || pending == 0 { finish() }
  }

  /// Waits for them, but not longer than a time.
  ///
  /// - Throws: `CancellationError` if the waiter was cancelled; `AwaitError`.
  nonisolated(nonsending)
    func run(timeout: Duration?) async throws
  {
    defer { leave() }
    try begin()
    if pending == 0, !isOver { finish() }
    guard !isOver, let timeout else { return try await wait() }
    let timer = TimerHandle(loop, when: loop.now.advanced(by: timeout)) { [self] in
      if !isOver { finish() }
    }
    loop.arm(timer, .timeout, at: site)
    defer { timer.cancel() }
    try await wait()
  }
}

/// Waits for tasks and futures, all or the first.
///
/// Neither a timeout nor a cancellation of the waiting task cancels them, and no error of theirs is
/// thrown. Coroutines have to be made tasks before, so that they can be told apart afterwards.
///
/// - Parameters:
///   - waitables: Tasks or futures; of one that stands there twice only the first counts. For none
///     it returns at once, which is an error in asyncio.
///   - timeout: How long to wait at most; nil for no limit.
///   - condition: What to wait for.
/// - Returns: Those that have ended and those that have not, each in the order that they were given
///   in.
/// - Throws: `CancellationError` if the waiting task is cancelled. `AwaitError` if one can't be
///   awaited here.
public nonisolated(nonsending) func wait<W: Waitable>(
  _ waitables: [W], timeout: Duration? = nil, returnWhen condition: ReturnCondition = .allCompleted,
  fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> (done: [W], pending: [W]) {
  let loop = try EventLoop.needed(for: "wait", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome {
      try await wait(
        waitables, timeout: timeout, returnWhen: condition, fileID: fileID, line: line)
    }
  }
  let members = waitables.distinct { ObjectIdentifier($0) }
  try await Selection(loop, of: members, until: condition, site: Probe.site(fileID, line))
    .run(timeout: timeout)
  return (members.filter(\.isDone), members.filter { !$0.isDone })
}

/// Waits for a mix of tasks and futures, all or the first.
///
/// - Parameters:
///   - waitables: Tasks and futures; see `wait` of those of one type.
///   - timeout: How long to wait at most; nil for no limit.
///   - condition: What to wait for.
/// - Returns: Those that have ended and those that have not, each in the order that they were given
///   in.
/// - Throws: `CancellationError` if the waiting task is cancelled. `AwaitError` if one can't be
///   awaited here.
@_disfavoredOverload
public nonisolated(nonsending) func wait(
  _ waitables: [any Waitable], timeout: Duration? = nil,
  returnWhen condition: ReturnCondition = .allCompleted,
  fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> (done: [any Waitable], pending: [any Waitable]) {
  let loop = try EventLoop.needed(for: "wait", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome {
      try await wait(
        waitables, timeout: timeout, returnWhen: condition, fileID: fileID, line: line)
    }
  }
  let members = waitables.distinct { ObjectIdentifier($0) }
  try await Selection(loop, of: members, until: condition, site: Probe.site(fileID, line))
    .run(timeout: timeout)
  return (members.filter(\.isDone), members.filter { !$0.isDone })
}

/// When `wait` returns.
public enum ReturnCondition: Sendable {
  /// As soon as one has ended, in whatever way.
  case firstCompleted
  /// As soon as one has thrown an error; one that is cancelled does not count. If none does, when
  /// all have ended.
  case firstException
  /// When all have ended.
  case allCompleted
}
