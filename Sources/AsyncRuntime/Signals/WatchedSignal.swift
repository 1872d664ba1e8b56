import AsyncTopLinux

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

  /// Sets who is called, or with nil that nobody is.
  func setHandler(_ handler: (() throws -> Void)?, at site: UInt32 = 0) {
    self.handler = handler
    self.site = site
    context = loop.inheritedContext
    callsDue = 0
  }

  func add(_ source: SignalSource) {
    sources.append(Wanting(source: source))
  }

  /// Whether nobody wants it any more.
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
