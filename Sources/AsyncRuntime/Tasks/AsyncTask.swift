public import AsyncTopBus

/// A task of an event loop, made by `createTask`: what asyncio's `Task` is.
///
/// It is not called that, since Swift's own `Task` works on the same loop and beside it.
///
/// Sendable as its base class is.
public final class AsyncTask<Value: Sendable>: AnyAsyncTask, @unchecked Sendable {
  // Neither a `Result` nor an `Optional`, whose type Swift would have to look up at run time
  // whenever a task is let go of.
  @usableFromInline @safe @exclusivity(unchecked) final var returned = ValueRoom()

  @inlinable
  func finish(returning value: Value) {
    guard isOnLoop else {
      returned.fill(with: value)
      handOverEnd()
      return
    }
    // Cancelled, and not suspended since: the request counts, not the value.
    if isCancellationDue {
      finish(throwing: CancellationError())
    } else {
      returned.fill(with: value)
      ended(with: nil)
    }
  }

  @usableFromInline
  func refuseNoOutcome() -> Never {
    EventLoop.refuse("the task “\(name)” has ended, and has neither a value nor an error")
  }

  deinit {
    if returned.isFull { returned.clear(of: Value.self) }
    guard state == .threw, let error = unseenError() else { return }
    loop.reportUnseen(
      error, of: "A task's error was never looked at.", task: AsyncTask(inPlaceOf: self))
  }
}

extension AsyncTask: Awaitable {
  /// Itself.
  public func scheduled(isolation: isolated (any Actor)?) -> AsyncTask<Value> { self }

  /// What it returned, once it has ended.
  ///
  /// - Throws: What it threw; `CancellationError` if it was cancelled. `InvalidStateError` if it
  ///   has not ended.
  @inlinable
  public func result() throws -> Value {
    loop.checkThread()
    guard isDone else { throw InvalidStateError.notDone }
    wasLookedAt = true
    if let failure { throw failure }
    guard returned.isFull else { refuseNoOutcome() }
    return returned.value(as: Value.self)
  }

  /// Waits until it has ended.
  ///
  /// Does not suspend if it has.
  ///
  /// If the waiting task is cancelled, this one is, and the wait goes on until it has ended.
  ///
  /// - Throws: What it threw; `CancellationError` if it was cancelled. `AwaitError` where it can't
  ///   be awaited.
  @inlinable
  public nonisolated(nonsending) var value: Value {
    get async throws {
      if !isKnownDone { try await waitUntilDone(at: 0) }
      return isOnLoop ? try result() : try await resultElsewhere()
    }
  }

  /// Waits until it has ended, as `value` does.
  ///
  /// asynctop then knows the line; of `value` it knows the function that goes on.
  ///
  /// - Returns: What it returned.
  /// - Throws: What it threw; `CancellationError` if it was cancelled. `AwaitError` where it can't
  ///   be awaited.
  @inlinable
  public nonisolated(nonsending) func value(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Value {
    if !isKnownDone { try await waitUntilDone(at: Probe.site(fileID, line)) }
    return isOnLoop ? try result() : try await resultElsewhere()
  }

  // For an actor on another thread.
  @usableFromInline
  nonisolated(nonsending)
    func resultElsewhere() async throws -> Value
  {
    try await loop.atHome { try self.result() }
  }
}

/// Room for one value of a type that whoever has it knows.
///
/// The value stays where it is put, so it may be one that can't be moved as bytes.
@safe
@usableFromInline
struct ValueRoom {
  // The value, if there is room for it, else the address of it.
  @usableFromInline var words: (UInt, UInt, UInt) = (0, 0, 0)
  @usableFromInline var isFull = false

  @usableFromInline
  init() {}

  @inlinable
  static func holds<Value>(_: Value.Type) -> Bool {
    MemoryLayout<Value>.size <= MemoryLayout<(UInt, UInt, UInt)>.size
      && MemoryLayout<Value>.alignment <= MemoryLayout<UInt>.alignment
  }

  @inlinable
  mutating func withPlace<Value, Result>(
    of _: Value.Type, _ body: (UnsafeMutablePointer<Value>) -> Result
  ) -> Result {
    unsafe withUnsafeMutablePointer(to: &words) { words in
      let place = UnsafeMutableRawPointer(words)
      return unsafe Self.holds(Value.self)
        ? body(place.assumingMemoryBound(to: Value.self))
        : body(place.load(as: UnsafeMutablePointer<Value>.self))
    }
  }

  /// Puts a value into it, once.
  @inlinable
  mutating func fill<Value>(with value: Value) {
    if !Self.holds(Value.self) {
      words.0 = UInt(bitPattern: UnsafeMutablePointer<Value>.allocate(capacity: 1))
    }
    unsafe withPlace(of: Value.self) { unsafe $0.initialize(to: value) }
    isFull = true
  }

  /// The value that was put into it.
  @inlinable
  mutating func value<Value>(as _: Value.Type) -> Value {
    unsafe withPlace(of: Value.self) { unsafe $0.pointee }
  }

  /// Takes the value out of it.
  @inlinable
  mutating func clear<Value>(of _: Value.Type) {
    isFull = false
    unsafe withPlace(of: Value.self) { place in
      unsafe place.deinitialize(count: 1)
      if !Self.holds(Value.self) { unsafe place.deallocate() }
    }
  }
}
