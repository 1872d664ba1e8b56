import AsyncTopBus

/// A task or a future, whatever its value: what asyncio calls a future.
///
/// Only the runtime's own types, and those that pass every call on to one of them, can conform.
public protocol Waitable: AnyObject, Sendable {
  /// The loop it belongs to.
  var loop: EventLoop { get }

  /// Whether it has ended, in whatever way.
  var isDone: Bool { get }

  /// Whether it ended because it was cancelled.
  var isCancelled: Bool { get }

  /// Whether it ended with an error other than that of a cancellation.
  var hasThrown: Bool { get }

  /// Asks it to end, with `CancellationError`.
  ///
  /// - Parameter message: Is carried by the error.
  /// - Returns: False if it has ended already. An error that nobody has looked at is then no longer
  ///   reported.
  @discardableResult
  func cancel(message: String?) -> Bool

  /// The error it has ended with, once it has; nil if it has a value.
  ///
  /// - Throws: `CancellationError` if it was cancelled, `InvalidStateError` if it has not ended.
  func error() throws -> (any Error)?

  /// Has a handle told, once, when it has ended; it must not have.
  ///
  /// What `addDoneCallback` is made of; programs call that.
  ///
  /// - Parameter handle: One of the runtime's.
  /// - Returns: With which it can be taken out.
  func _attach(_ handle: Handle) -> Int

  /// Takes a handle out.
  ///
  /// - Parameters:
  ///   - handle: The handle.
  ///   - token: What adding it returned.
  /// - Returns: False if it was told already, or taken out.
  func _detach(_ handle: Handle, _ token: Int) -> Bool
}

extension Waitable {
  /// Asks it to end, with `CancellationError`.
  ///
  /// - Returns: False if it has ended already.
  @discardableResult
  public func cancel() -> Bool { cancel(message: nil) }

  /// Calls a function when it has ended, in an iteration after that; also if it has already.
  ///
  /// Functions are called in the order in which they were added.
  ///
  /// - Parameter callback: Gets the task or future. What it throws goes to the exception handler.
  /// - Returns: With which the call can be cancelled, or the function removed.
  @discardableResult
  public func addDoneCallback(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    _ callback: @escaping (Self) throws -> Void
  ) -> DoneCallback {
    loop.checkThread()
    let handle = DoneCallback(loop) { [self] in try callback(self) }
    handle.site = Probe.site(fileID, line)
    if isDone {
      loop.turn.append(ReadyItem(retaining: handle))
    } else {
      handle.token = _attach(handle)
    }
    return handle
  }

  /// Removes a function that was added.
  ///
  /// In Swift functions can't be told apart, so it is named by what adding it returned.
  ///
  /// - Parameter callback: What `addDoneCallback` returned.
  /// - Returns: False if it was called or removed already, or is about to be called.
  @discardableResult
  public func removeDoneCallback(_ callback: DoneCallback) -> Bool {
    loop.checkThread()
    return _detach(callback, callback.token)
  }
}

/// A function that is called when a task or future has ended, as returned by `addDoneCallback`.
///
/// Sendable as its base class is; the token belongs to the loop's thread, and is set by who made
/// it.
public final class DoneCallback: Handle, @unchecked Sendable {
  // By which the task or future knows it; none is negative.
  var token = -1
}
