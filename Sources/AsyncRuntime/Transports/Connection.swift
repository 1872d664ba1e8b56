import AsyncTopBus
import AsyncTopLinux

/// An open connection or end of a pipe, and what is on its way through it: what streams and
/// transports have in common.
///
/// The descriptor is watched edge-triggered: it is tried first, and only what says `wouldBlock`
/// waits for the next report. With a client, reports go there; without, to waiting tasks: one task
/// may wait to receive; any number wait for what is buffered.
///
/// Its loop keeps it alive until it is shut, which it is when it breaks, when it is closed, or when
/// none of its streams is held.
///
/// What it is made of, each with its rules: `phase`, `reading` and `input`, `writing` and `output`,
/// `waiters`, and `parties`.
///
/// Sendable: belongs to its loop's thread, which the public entry points check. Swift does not
/// check at run time that accesses to its parts don't overlap: none of their functions calls
/// anything but the kernel.
final class Connection: @unchecked Sendable {
  // What each message touches comes first, so that it lies together.
  let loop: EventLoop
  // The loop's: here they are found without counting a reference to that.
  private let thread = ThreadIdentity.current
  let receiveBuffer: ReceiveBuffer
  let resource: Probe.Resource
  @safe @exclusivity(unchecked) var descriptor: FileDescriptor?
  let isSocket: Bool
  // The end of a pipe to which bytes go: that it can be read means that the other has no reader.
  let isWriteOnly: Bool
  @safe @exclusivity(unchecked) private var phase = Phase.open
  @safe @exclusivity(unchecked) var reading = ReadingState()
  @safe @exclusivity(unchecked) var writing = WritingState()
  @safe @exclusivity(unchecked) var parties = Parties()
  /// What broke it.
  @safe @exclusivity(unchecked) private(set) var lost: (any Error)?
  // Its number among the owners of descriptors.
  let owner: UInt64
  /// What has come and was not taken by a stream.
  @safe @exclusivity(unchecked) var input = ByteBuffer()
  /// What the kernel did not take.
  @safe @exclusivity(unchecked) var output = ByteBuffer()
  @safe @exclusivity(unchecked) private var waiters = Waiters()
  /// A file or the like, that can't be waited for: it is read and written without.
  private(set) var isAlwaysReady = false
  // What the program has handed over, closed with it.
  private var handedOver: HandedOver?
  let label: ConnectionLabel
  let site: CallSite
  /// The address of the other end, if it has one.
  let peer: SocketAddress?
  // In which its client is called.
  private let context: Context

  /// What uses a connection or owns it, beside the tasks that wait.
  struct Parties {
    /// Gets its events.
    var client: (any ConnectionClient)?
    /// While the connection is being made: to which of several addresses.
    var race: ConnectRace?
    /// The server that it came to.
    var server: Server?
    /// How many of its streams are held.
    var streams = 0
  }

  /// The most that one call receives.
  static let mostReceived = 256 * 1024

  /// Takes over a descriptor that is connected or about to be.
  ///
  /// If it fails, what was handed over is given back.
  init(
    _ descriptor: consuming FileDescriptor, _ label: ConnectionLabel, peer: SocketAddress? = nil,
    handedOver: HandedOver? = nil, isSocket: Bool = true, isWriteOnly: Bool = false,
    on loop: EventLoop, at site: CallSite
  ) throws(Errno) {
    self.loop = loop
    receiveBuffer = loop.descriptors.receiveBuffer
    self.label = label
    self.site = site
    self.peer = peer
    self.isSocket = isSocket
    self.isWriteOnly = isWriteOnly
    self.handedOver = handedOver
    let number = descriptor.number
    let kind = isSocket ? Probe.Resource.Kind.socket : .pipe
    resource = Probe.Resource(kind, name: Probe.isOn ? "\(label)" : nil, site: site.number)
    // Fails for what is not TCP, where there is nothing to delay.
    if isSocket && peer?.family != .unix { try? descriptor.setOption(.noDelay, to: 1) }
    owner = loop.descriptors.reserve()
    context = loop.inheritedContext
    self.descriptor = consume descriptor
    loop.descriptors.set(owner, self)
    do throws(Errno) {
      try loop.descriptors.watch(number, .changes, for: owner)
    } catch {
      if error == .notPermitted && !isSocket {
        handedOver?.leaveBlocking()
        isAlwaysReady = true
        reading.endReported = true
        return
      }
      loop.descriptors.remove(owner)
      handedOver?.giveBack()
      self.descriptor = nil
      phase = .ended
      resource.ended()
      throw error
    }
  }

  @inline(__always)
  func checkThread() {
    if thread != .current { loop.checkThread() }
  }

  var isOnThread: Bool {
    @inline(__always) get { thread == .current }
  }

  /// Whether the caller has to go home before a wait: see `EventLoop.isAway`.
  @inline(__always)
  func isAway(_ isolation: (any Actor)?) -> Bool {
    if thread == .current && isolation == nil { return false }
    return loop.isAway(isolation)
  }

  /// Receives what is there.
  ///
  /// Returns 0 both if nothing is there, when `reading.mayRead` has become false, and at the end,
  /// when `reading.isAtEnd` has become true.
  func receiveNow(into free: UnsafeMutableRawBufferPointer) throws -> Int {
    guard descriptor != nil else { throw StreamError.closed }
    do throws(Errno) {
      let count = unsafe try receiveOnce(into: free)
      reading.received(count, room: free.count)
      return count
    } catch {
      reading.mayRead = false
      guard error == .wouldBlock else { throw lose(error, "receive") }
      return 0
    }
  }

  @inline(__always)
  private func receiveOnce(into free: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    if isSocket { return unsafe try descriptor?.receive(into: free) ?? 0 }
    return unsafe try descriptor?.read(into: free) ?? 0
  }

  // MARK: Ends

  /// Whether nothing more can be written: it was closed, or is broken.
  var isClosing: Bool {
    @inline(__always) get { phase != .open }
  }

  /// Whether nothing is sent or received any more.
  var isShut: Bool {
    @inline(__always) get { phase == .shut || phase == .ended }
  }

  /// Where a connection is in its life: it goes from each phase to the next, never back.
  enum Phase {
    case open
    /// It was closed. What is buffered is still sent.
    case closing
    /// It is not watched any more, and its client is about to be told.
    case shut
    /// Its client was told, its waiters are woken, and the descriptor is closed.
    case ended

    private var next: Phase? {
      switch self {
      case .open: .closing
      case .closing: .shut
      case .shut: .ended
      case .ended: nil
      }
    }

    mutating func advance(to following: Phase) {
      assert(following == next, "a connection that is \(self) becomes \(following)")
      self = following
    }
  }

  /// Sends what is buffered, then closes.
  func close() {
    sendBatch()
    guard phase == .open else { return }
    phase.advance(to: .closing)
    if output.isEmpty { shut() } else { discard() }
  }

  /// Closes at once, without sending what is buffered.
  func abort() {
    if phase == .open { phase.advance(to: .closing) }
    output.removeAll()
    shut()
  }

  /// Closes at once because of an error.
  func fail(_ error: any Error) {
    guard !isShut else { return }
    lost = error
    abort()
  }

  /// A system call failed, and the connection with it.
  @discardableResult
  func lose(_ reason: Errno, _ operation: String) -> IOError {
    let error = site.error(reason, operation, "\(label)")
    fail(error)
    return error
  }

  func shut() {
    guard !isShut, let number = descriptor?.number else { return }
    phase.advance(to: .shut)
    writing.inBatch = 0
    reportBytes()
    loop.descriptors.remove(owner, watching: number)
    if parties.client == nil { end() } else { loop.callSoon { [self] in end() } }
  }

  private func end() {
    guard phase != .ended else { return }
    phase.advance(to: .ended)
    parties.client.take()?.hasEnded(lost)
    descriptor = nil
    handedOver = nil
    resource.ended()
    if lost == nil { reading.isAtEnd = true }
    for queue in Queue.allCases { wakeAll(queue) }
    parties.server.take()?.clientEnded(owner)
  }

  nonisolated(nonsending)
    func waitClosed(at site: UInt32) async throws
  {
    if phase != .ended { try await wait(in: .closers, at: site) }
  }

  func reportBytes() {
    resource.bytes(in: reading.received, out: writing.given)
  }
}

// MARK: Waiting

extension Connection: WaitPlace {
  @inline(__always)
  nonisolated(nonsending)
    func wait(in queue: Queue, at site: UInt32) async throws(CancellationError)
  {
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    waiters.change(queue) { $0.append(task) }
    reportBytes()
    try await task.wait(in: self, of: loop, for: .resource, resource.id, at: site)
  }

  func count(_ queue: Queue) -> Int {
    waiters.change(queue) { $0.count }
  }

  @discardableResult
  func wakeFirst(_ queue: Queue) -> Bool {
    guard let waiter = unsafe waiters.change(queue, { unsafe $0.takeFirst() }) else { return false }
    unsafe waiter._withUnsafeGuaranteedRef { $0.wake(.granted) }
    return true
  }

  func wakeAll(_ queue: Queue) {
    while wakeFirst(queue) {}
  }

  func cancelWait(of waiter: Waiter) -> Bool {
    guard let queue = Queue(rawValue: waiter.list),
      waiters.change(queue, { $0.remove(waiter) })
    else { return false }
    waiter.wake(.cancelled)
    return true
  }

  /// What can be waited for.
  enum Queue: UInt8, CaseIterable {
    case readers = 1
    /// Until less is buffered.
    case drainers
    /// Until something may fit.
    case writers
    /// Until it is closed.
    case closers
  }

  /// The tasks that wait; to receive, one at a time.
  struct Waiters {
    private var readers = WaiterList(number: Queue.readers.rawValue)
    private var drainers = WaiterList(number: Queue.drainers.rawValue)
    private var writers = WaiterList(number: Queue.writers.rawValue)
    private var closers = WaiterList(number: Queue.closers.rawValue)

    @inline(__always)
    mutating func change<Result>(
      _ queue: Queue, _ body: (inout WaiterList) -> Result
    ) -> Result {
      switch queue {
      case .readers: body(&readers)
      case .drainers: body(&drainers)
      case .writers: body(&writers)
      case .closers: body(&closers)
      }
    }
  }
}

extension Connection: DescriptorOwner {
  var callSite: UInt32 { site.number }

  func isReady(_ event: Poller.Event) {
    if event.isEnd { reading.endReported = true }
    if let race = parties.race {
      if event.isWritable { race.attemptEnded(self) }
      return
    }
    if parties.client != nil { loop.enter(context) }
    if isWriteOnly {
      // That a socket's other end has ended to send does not count.
      if event.isBroken { return readerIsGone() }
    } else if event.isReadable {
      reading.mayRead = true
      if isClosing {
        discard()
      } else if let client = parties.client {
        client.mayReceive()
      } else {
        wakeFirst(.readers)
      }
    }
    if event.isWritable && !isShut {
      writing.mayWrite = true
      flush()
      wakeFirst(.writers)
    }
  }

  // For a protocol that has nothing more to say that is no error.
  private func readerIsGone() {
    if parties.client != nil && output.isEmpty { close() } else { lose(.brokenPipe, "send") }
  }

  func abandon() {
    abort()
    end()
  }
}

/// What drives a connection from its events, where no stream waits for them.
protocol ConnectionClient: AnyObject {
  /// There may be something to receive.
  func mayReceive()

  /// More is buffered than the high water mark.
  func mustPauseWriting()

  /// What is buffered has come down to the low water mark.
  func mayResumeWriting()

  /// It is over.
  ///
  /// Once, in an iteration of its own, before the descriptor is closed.
  func hasEnded(_ error: (any Error)?)
}
