import AsyncTopBus
import AsyncTopLinux

/// A descriptor that is not a connection's: callbacks and tasks that wait for it to be ready.
///
/// It is watched level-triggered. A direction that nothing waits for any more is unwatched when it
/// is reported once more, so that a task that waits again and again costs no call of the kernel.
///
/// On the loop's thread only.
final class DescriptorWatch {
  private unowned let loop: EventLoop
  let number: Int32
  private let owner: UInt64
  private var reader: WatchHandle?
  private var writer: WatchHandle?
  private let readWaiters = WaitQueue()
  private let writeWaiters = WaitQueue()
  private var watchesReading = false
  private var watchesWriting = false
  private var resource: Probe.Resource?
  /// How many bytes went in and out: the waiting socket's counts, for asynctop.
  var bytes: (received: UInt64, sent: UInt64) = (0, 0)

  init(_ number: Int32, on loop: EventLoop) {
    self.loop = loop
    self.number = number
    owner = loop.descriptors.reserve()
    loop.descriptors.set(owner, self)
  }

  /// Registers the descriptor again with the kernel: it may have been closed, and its number may be
  /// another descriptor's by now.
  func renew() throws(Errno) {
    guard watchesReading || watchesWriting else { return }
    try loop.descriptors.watch(
      number, for: owner, reading: watchesReading, writing: watchesWriting, isKnown: true)
  }

  /// Sets what is called whenever the descriptor is ready; nil for nothing.
  ///
  /// Returns whether there was one before.
  func setReader(_ callback: WatchHandle?) throws(Errno) -> Bool {
    let former = reader
    former?.cancel()
    reader = callback
    do throws(Errno) {
      try update(reading: callback != nil || !readWaiters.isEmpty, writing: watchesWriting)
    } catch {
      reader = nil
      throw error
    }
    return former != nil
  }

  func setWriter(_ callback: WatchHandle?) throws(Errno) -> Bool {
    let former = writer
    former?.cancel()
    writer = callback
    do throws(Errno) {
      try update(reading: watchesReading, writing: callback != nil || !writeWaiters.isEmpty)
    } catch {
      writer = nil
      throw error
    }
    return former != nil
  }

  /// Waits until the descriptor may be read.
  nonisolated(nonsending)
    func waitReadable(_ name: () -> String, at site: CallSite) async throws
  {
    try update(reading: true, writing: watchesWriting)
    try await wait(in: readWaiters, name, at: site)
  }

  /// Waits until the descriptor may be written.
  nonisolated(nonsending)
    func waitWritable(_ name: () -> String, at site: CallSite) async throws
  {
    try update(reading: watchesReading, writing: true)
    try await wait(in: writeWaiters, name, at: site)
  }

  nonisolated(nonsending)
    private func wait(
      in queue: WaitQueue, _ name: () -> String, at site: CallSite
    ) async throws(CancellationError)
  {
    let resource =
      resource
      ?? Probe.Resource(.socket, name: Probe.isOn ? name() : nil, site: site.number)
    self.resource = resource
    resource.bytes(in: bytes.received, out: bytes.sent)
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    queue.append(task)
    try await task.wait(in: queue, of: loop, for: .resource, resource.id, at: site.number)
  }

  /// Whether callbacks or tasks wait for it.
  var isWanted: Bool {
    reader != nil || writer != nil || !readWaiters.isEmpty || !writeWaiters.isEmpty
  }

  /// Ends it before the descriptor is closed.
  ///
  /// Waiting tasks wake, and find it closed.
  func end() {
    if watchesReading || watchesWriting { loop.descriptors.unwatch(number) }
    (watchesReading, watchesWriting) = (false, false)
    loop.descriptors.remove(owner)
    reader?.cancel()
    writer?.cancel()
    (reader, writer) = (nil, nil)
    resource?.ended()
    resource = nil
    wakeAll(readWaiters)
    wakeAll(writeWaiters)
    loop.descriptors.remove(self)
  }

  private func update(reading: Bool, writing: Bool) throws(Errno) {
    guard reading != watchesReading || writing != watchesWriting else { return }
    if reading || writing {
      try loop.descriptors.watch(
        number, for: owner, reading: reading, writing: writing,
        isKnown: watchesReading || watchesWriting)
    } else {
      loop.descriptors.unwatch(number)
    }
    (watchesReading, watchesWriting) = (reading, writing)
  }

  private func wakeAll(_ queue: WaitQueue) {
    while queue.wakeFirst() {}
  }
}

extension DescriptorWatch: DescriptorOwner {
  // Its callbacks have handles, which know their sites.
  var callSite: UInt32 { 0 }

  func isReady(_ event: Poller.Event) {
    // An error is reported as both, also where only one of them is watched.
    let read = event.isReadable && watchesReading
    let write = event.isWritable && watchesWriting
    let readingIsWanted = reader != nil || !readWaiters.isEmpty
    let writingIsWanted = writer != nil || !writeWaiters.isEmpty
    if read {
      reader?.callSoon()
      wakeAll(readWaiters)
    }
    if write {
      writer?.callSoon()
      wakeAll(writeWaiters)
    }
    try? update(
      reading: watchesReading && (!read || readingIsWanted),
      writing: watchesWriting && (!write || writingIsWanted))
  }

  func abandon() {
    end()
  }
}

/// A function that an event loop calls as long as a descriptor is ready.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class WatchHandle: Handle, @unchecked Sendable {
  private var isReady = false

  /// Calls the function in this iteration, once.
  func callSoon() {
    guard !isReady, !isCancelled else { return }
    isReady = true
    loop.turn.append(ReadyItem(retaining: self))
  }

  override func run() {
    isReady = false
    let again = callback
    super.run()
    if !isCancelled { callback = again }
  }
}
