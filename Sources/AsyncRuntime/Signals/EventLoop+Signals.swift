import AsyncTopBus
import AsyncTopLinux

extension EventLoop {
  /// Calls a function whenever a signal comes, in place of what the signal did before.
  ///
  /// The function is called on the loop's thread, between tasks, so it may do whatever a callback
  /// may. It is called once for each signal the kernel delivers, which merges those of a number
  /// below 32 that come close together. A handler of the program's own, or the ignoring or default
  /// action, comes back when nobody on any loop wants the signal any more; so does the runner's
  /// first and second SIGINT. A second handler for a signal replaces the first.
  ///
  /// Unlike asyncio's it may be added on every loop, not only the main thread's; each loop that
  /// wants a signal gets it. A signal that is blocked in all threads does not come.
  ///
  /// - Parameters:
  ///   - signal: Its number, such as `SIGTERM`.
  ///   - handler: What it throws goes to the exception handler.
  /// - Throws: `SignalError`.
  public func addSignalHandler(
    _ signal: Int32, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ handler: @escaping () throws -> Void
  ) throws(SignalError) {
    try watched(signal).setHandler(handler, at: Probe.site(fileID, line))
  }

  /// Ends what `addSignalHandler` began, also for signals that have come but whose call has not.
  ///
  /// Closing the loop does it for all signals.
  ///
  /// - Parameter signal: Its number.
  /// - Returns: Whether there was a handler.
  @discardableResult
  public func removeSignalHandler(_ signal: Int32) -> Bool {
    checkThread()
    guard let watched = descriptors.signal(signal), watched.hasHandler else { return false }
    watched.setHandler(nil)
    if watched.isUnused { watched.end() }
    return true
  }

  func watched(_ signal: Int32) throws(SignalError) -> WatchedSignal {
    checkThread()
    checkOpen()
    if let watched = descriptors.signal(signal) { return watched }
    guard ProcessSignals.exists(signal) else { throw .invalid(signal) }
    guard ProcessSignals.canBeHandled(signal) else { throw .uncatchable(signal) }
    do throws(Errno) {
      let watched = try WatchedSignal(signal, on: self)
      descriptors.insert(watched)
      return watched
    } catch {
      throw .unavailable(signal, reason: error)
    }
  }

  func endUnusedSignals() {
    for signal in descriptors.signals where signal.isUnused { signal.end() }
  }
}
