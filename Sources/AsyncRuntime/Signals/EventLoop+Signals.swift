import AsyncTopBus
public import AsyncTopLinux

extension EventLoop {
  /// Calls a function whenever a signal comes, in place of what the signal did before.
  ///
  /// The function is called on the loop's thread, between tasks, so it may do whatever a callback
  /// may. It is called once for each signal the kernel delivers, which merges those of a number
  /// below 32 that come close together. A handler of the program's own, or the ignoring or default
  /// action, comes back when no loop handles the signal any more; so does the runner's
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

/// A signal can't be handled.
@nonexhaustive
public enum SignalError: Error, Hashable, CustomStringConvertible {
  /// There is no signal of this number.
  case invalid(Int32)
  /// It is one that programs can't handle: `KILL` or `STOP`.
  case uncatchable(Int32)
  /// The kernel or the process has no room for another watch.
  case unavailable(Int32, reason: Errno)

  /// For people.
  public var description: String {
    switch self {
    case .invalid(let signal): "there is no signal \(signal)"
    case .uncatchable(let signal): "signal \(signal) can't be handled"
    case .unavailable(let signal, let reason): "signal \(signal) can't be watched: \(reason)"
    }
  }
}

/// A signal that a loop watches, for its handler and for the sequences that want it.
///
/// Only on the loop's thread; the loop keeps it alive.
final class WatchedSignal: DescriptorOwner {
  let number: Int32
  private let watch: SignalWatch
  private unowned let loop: EventLoop
  private let owner: UInt64
  private var handler: (() throws -> Void)?
  // In which it is called, and where it was added.
  private var context = Context()
  private var site: UInt32 = 0
  private var callsDue = 0
  private var sources: [Wanting] = []

  private struct Wanting {
    weak var source: SignalSource?
  }

  init(_ number: Int32, on loop: EventLoop) throws(Errno) {
    self.number = number
    self.loop = loop
    watch = try SignalWatch(number, replacesHandler: true)
    owner = loop.descriptors.reserve()
    try loop.descriptors.add(self, as: owner, .reading, of: watch.number)
  }

  var hasHandler: Bool { handler != nil }

  /// Sets what is called; nil for nothing.
  func setHandler(_ handler: (() throws -> Void)?, at site: UInt32 = 0) {
    self.handler = handler
    self.site = site
    context = loop.inheritedContext
    callsDue = 0
  }

  func add(_ source: SignalSource) {
    sources.append(Wanting(source: source))
  }

  /// Whether it has neither a handler nor a sequence.
  var isUnused: Bool {
    sources.removeAll { $0.source == nil }
    return handler == nil && sources.isEmpty
  }

  /// Gives the signal back.
  func end() {
    loop.descriptors.remove(owner, watching: watch.number)
    loop.descriptors.remove(self)
  }

  // Its handler has a handle.
  var callSite: UInt32 { 0 }

  func isReady(_ event: Poller.Event) {
    let count = watch.take()
    guard count > 0 else { return }
    for wanting in sources { wanting.source?.deliver(number, count) }
    guard handler != nil else { return }
    callsDue += count
    if callsDue == count { callHandler() }
  }

  // Once for each time that the signal came, with others' turns between.
  private func callHandler() {
    let call = { [self] in
      guard callsDue > 0, let handler else { return }
      callsDue -= 1
      if callsDue > 0 { callHandler() }
      try handler()
    }
    let handle = Handle(loop, call, in: context)
    handle.site = site
    loop.turn.append(ReadyItem(retaining: handle))
  }

  func abandon() {
    handler = nil
    for wanting in sources { wanting.source?.finish() }
    end()
  }
}
