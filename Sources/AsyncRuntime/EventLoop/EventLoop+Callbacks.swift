import AsyncTopBus
import AsyncTopLinux

extension EventLoop {
  /// Calls a function in the next iteration, after what is ready already.
  ///
  /// - Parameter callback: What it throws goes to the exception handler.
  /// - Returns: A handle that cancels the call.
  @discardableResult
  public func callSoon(
    fileID: StaticString = #fileID, line: UInt32 = #line, _ callback: @escaping () throws -> Void
  ) -> Handle {
    checkThread()
    checkOpen()
    let handle = Handle(self, callback)
    handle.site = Probe.site(fileID, line)
    turn.append(ReadyItem(retaining: handle))
    return handle
  }

  /// Calls a function on the loop's thread soon; from any thread.
  ///
  /// Wakes the loop if it sleeps.
  ///
  /// Calls from one thread keep their order. After the loop was closed nothing is called any more,
  /// and the handle is cancelled from the start.
  ///
  /// - Parameter callback: What it throws goes to the exception handler.
  /// - Returns: A handle that cancels the call, from any thread.
  @discardableResult
  public func callSoonThreadsafe(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    _ callback: @escaping @Sendable () throws -> Void
  ) -> Handle {
    let handle = Handle(self, callback, in: .current)
    handle.site = Probe.site(fileID, line)
    let item = ReadyItem(retaining: handle)
    if !inbox.push(item) {
      handle.refuse()
      _ = item.take()
    }
    return handle
  }

  /// Calls a function after a delay; after none or less, in the next iteration.
  ///
  /// Arming and cancelling a timer cost the same however many are pending. Timers fire by their
  /// deadlines, and of equal ones the one that was armed first.
  ///
  /// - Parameters:
  ///   - delay: The time from now. With more than some centuries, such as `.seconds(Int64.max)`, it
  ///     is never called.
  ///   - callback: What it throws goes to the exception handler.
  /// - Returns: A handle that cancels the call.
  @discardableResult
  public func callLater(
    _ delay: Duration, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ callback: @escaping () throws -> Void
  ) -> TimerHandle {
    callAt(now.advanced(by: delay), fileID: fileID, line: line, callback)
  }

  /// Calls a function at a time; in the next iteration, if that has passed.
  ///
  /// - Parameters:
  ///   - when: The time on the loop's clock, such as `loop.now + .seconds(5)`. After some
  ///     centuries, it is never called.
  ///   - callback: What it throws goes to the exception handler.
  /// - Returns: A handle that cancels the call.
  @discardableResult
  public func callAt(
    _ when: Instant, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ callback: @escaping () throws -> Void
  ) -> TimerHandle {
    let handle = TimerHandle(self, when: when, callback)
    arm(handle, .callback, at: Probe.site(fileID, line))
    return handle
  }

  func arm(_ handle: TimerHandle, _ kind: Probe.TimerKind, at site: UInt32) {
    arm(handle, when: handle.when, kind, at: site)
  }

  func arm(_ handle: TimerHandle, when: Instant, _ kind: Probe.TimerKind, at site: UInt32) {
    checkThread()
    checkOpen()
    let deadline = when.nanoseconds
    handle.site = site
    handle.reported = Probe.armed(kind, deadline: deadline, at: site, on: probe)
    let item = ReadyItem(retaining: handle)
    if deadline <= nanosecondsNow {
      turn.append(item)
    } else {
      handle.timer = timers.arm(deadline, item)
    }
  }

  /// As `callExceptionHandler`, for the runtime itself.
  func report(_ context: ExceptionContext) {
    callExceptionHandler(context)
  }
}

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

extension TimerHandle {
  /// Where it was armed, if the probe is on.
  package var place: String? {
    guard let region = OwnRegion(), let record = region.timer(reported) else { return nil }
    return region.location(record.site)?.short
  }

  /// The time on its loop's clock.
  package var loopTime: EventLoop.Instant { loop.now }
}
