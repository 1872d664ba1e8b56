import AsyncTopBus

/// A function that an event loop will call at a given time.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
public class TimerHandle: Handle, @unchecked Sendable {
  /// When it is called, on the loop's clock.
  public let when: EventLoop.Instant
  var timer = TimerWheel.ID.none
  var reported: UInt64 = 0

  init(_ loop: EventLoop, when: EventLoop.Instant, _ callback: (() throws -> Void)?) {
    self.when = when
    super.init(loop, callback)
  }

  /// Prevents the call, unless it has begun.
  ///
  /// Only on the loop's thread.
  public override func cancel() {
    loop.checkThread()
    guard !isCancelled else { return }
    super.cancel()
    disarm()
  }

  /// Takes it off the loop's timers, if it is on them.
  final func disarm() {
    Probe.disarmed(reported)
    guard let item = loop.timers.cancel(timer) else { return }
    _ = item.take()  // which releases the loop's reference
  }

  override func run() {
    Probe.fired(reported)
    super.run()
  }
}
