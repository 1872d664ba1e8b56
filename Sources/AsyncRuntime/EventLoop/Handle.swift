import AsyncTopBus
import Synchronization

/// A function that an event loop will call, as returned by `callSoon` and its relatives.
///
/// 1. The function, the context and the timer belong to the loop's thread; the site is set before
///    the loop has it.
/// 2. `isCancelled` may be set from any thread, once, and is read by all.
/// 3. `nextInInbox` belongs to the thread that pushes the handle, and from then on to the loop.
public class Handle: @unchecked Sendable {
  private let cancelled = Atomic<Bool>(false)
  var callback: (() throws -> Void)?
  // Where it was created, if that is known.
  var site: UInt32 = 0
  var nextInInbox: UInt = 0
  let loop: EventLoop
  // The context in which it is called; after it has failed, as it has left that.
  private(set) var context: Context

  // On the loop's thread, unless the context is given.
  init(_ loop: EventLoop, _ callback: (() throws -> Void)?, in context: Context? = nil) {
    self.loop = loop
    self.callback = callback
    self.context = context ?? loop.inheritedContext
  }

  /// Whether it was cancelled.
  public final var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Prevents the call, unless it has begun; again, it does nothing.
  ///
  /// From any thread. On another than the loop's, the function is only released when its turn
  /// comes.
  public func cancel() {
    cancelled.store(true, ordering: .relaxed)
    if loop.isOnThread { callback = nil }
  }

  // The loop refuses it: called on the thread that has just made it.
  final func refuse() {
    cancelled.store(true, ordering: .relaxed)
    callback = nil
  }

  // A task or future that it was attached to has ended.
  func hasEnded(_ ended: any Waitable) {
    loop.turn.append(ReadyItem(retaining: self))
  }

  // Called once, on the loop's thread.
  func run() {
    guard !isCancelled, let callback else { return }
    self.callback = nil
    loop.enter(context)
    let began = loop.probe.calls()
    defer { loop.probe.called(at: site, since: began) }
    do {
      try callback()
    } catch let error as any StopError {
      loop.end(with: error)
    } catch {
      context = loop.contexts.callback
      loop.report(
        ExceptionContext(
          message: "A callback of the event loop failed.", error: error, handle: self,
          site: loop.text(of: site)))
    }
  }
}

extension Handle: CustomStringConvertible {
  /// For people: its kind, whether it was cancelled, and where it was made, if that is known.
  public final var description: String {
    let place = loop.text(of: site).map { ", created at \($0)" } ?? ""
    return "\(type(of: self))\(isCancelled ? ", cancelled" : "")\(place)"
  }
}
