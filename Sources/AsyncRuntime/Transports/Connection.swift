import AsyncTopBus
import AsyncTopLinux

/// An open connection or end of a pipe, and what is on its way through it: what streams and
/// transports have in common.
///
/// The descriptor is watched edge-triggered: it is tried first, and only what says `wouldBlock`
/// waits for the next report. With a client, reports go there; without, to waiting tasks: one task
/// may wait to receive; any number wait for what is kept to be sent.
///
/// Its loop keeps it alive until it is shut, which it is when it breaks, when it is closed, or when
/// none of its streams is held.
///
/// Sendable: belongs to its loop's thread, which the public entry points check. Nothing is called
/// while anything is changed, but the kernel; so Swift need not check at run time that no two
/// accesses overlap.
final class Connection: @unchecked Sendable {
  // What each message touches comes first, so that it lies together.
  let loop: EventLoop
  // The loop's: here they are found without counting a reference to that.
  private let thread = ThreadIdentity.current
  let receiveBuffer: ReceiveBuffer
  let resource: Probe.Resource
  @safe @exclusivity(unchecked) var descriptor: FileDescriptor?
  // What the program has handed over, closed with it.
  @safe @exclusivity(unchecked) private var handedOver: HandedOver?
  let isSocket: Bool
  // The end of a pipe to which bytes go: that it can be read means that nobody reads the other.
  let isWriteOnly: Bool
  /// A file or the like, that can't be waited for: it is read and written without.
  @safe @exclusivity(unchecked) private(set) var isAlwaysReady = false
  @safe @exclusivity(unchecked) private(set) var isClosing = false
  @safe @exclusivity(unchecked) private(set) var isShut = false
  @safe @exclusivity(unchecked) private var hasEnded = false
  @safe @exclusivity(unchecked) var mayRead = true
  @safe @exclusivity(unchecked) var isAtEnd = false
  @safe @exclusivity(unchecked) var endReported = false
  @safe @exclusivity(unchecked) var mayWrite = true
  @safe @exclusivity(unchecked) var endIsWritten = false
  @safe @exclusivity(unchecked) var isSendingFile = false

  @safe @exclusivity(unchecked) var client: (any ConnectionClient)?
  /// While it is being made.
  @safe @exclusivity(unchecked) var race: ConnectRace?
  @safe @exclusivity(unchecked) private(set) var lost: (any Error)?
  // Its number among the owners of descriptors.
  let owner: UInt64
  @safe @exclusivity(unchecked) private(set) var received: UInt64 = 0
  @safe @exclusivity(unchecked) var sent: UInt64 = 0
  @safe @exclusivity(unchecked) var readsInARow: Int32 = 0
  /// How many bytes wait in the batch.
  @safe @exclusivity(unchecked) var inBatch: Int32 = 0

  // One that waits to receive; see `Queue`.
  @safe @exclusivity(unchecked) private var readers = WaiterList(number: Queue.readers.rawValue)
  @safe @exclusivity(unchecked) var input = ByteBuffer()
  /// What the kernel did not take.
  @safe @exclusivity(unchecked) var output = ByteBuffer()
  @safe @exclusivity(unchecked) var marks = WaterMarks()

  @safe @exclusivity(unchecked) var room = 4096
  @safe @exclusivity(unchecked) var refusedWrites = 0
  @safe @exclusivity(unchecked) private var drainers = WaiterList(number: Queue.drainers.rawValue)
  @safe @exclusivity(unchecked) private var writers = WaiterList(number: Queue.writers.rawValue)
  @safe @exclusivity(unchecked) private var closers = WaiterList(number: Queue.closers.rawValue)
  /// How many of its streams are held.
  @safe @exclusivity(unchecked) var streams = 0
  let label: ConnectionLabel
  let site: CallSite
  /// The address of the other end, if it has one.
  let peer: SocketAddress?
  // In which its client is called.
  private let context: Context
  /// The server that it came to.
  @safe @exclusivity(unchecked) var server: Server?

  /// What can be waited for.
  enum Queue: UInt8 {
    case readers = 1
    /// Until less is kept.
    case drainers
    /// Until something may fit.
    case writers
    /// Until it is closed.
    case closers
  }

  /// The most that one call receives.
  static let mostReceived = 256 * 1024
  static let readsBeforeGivingWay = 32
  static let refusedBeforeReport = 5

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
        endReported = true
        return
      }
      loop.descriptors.remove(owner)
      handedOver?.giveBack()
      self.descriptor = nil
      isShut = true
      hasEnded = true
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

  /// Whether who uses it has to go home before a wait: see `EventLoop.isAway`.
  @inline(__always)
  func isAway(_ isolation: (any Actor)?) -> Bool {
    if thread == .current && isolation == nil { return false }
    return loop.isAway(isolation)
  }

  /// Receives what is there.
  ///
  /// Returns 0 both if nothing is there, when `mayRead` has become false, and at the end, when
  /// `isAtEnd` has become true.
  func receiveNow(into free: UnsafeMutableRawBufferPointer) throws -> Int {
    guard descriptor != nil else { throw StreamError.closed }
    do throws(Errno) {
      let count = unsafe try receiveOnce(into: free)
      received &+= UInt64(count)
      if count == 0 { isAtEnd = true }
      // Less than there was room for: it is empty now, and will be reported again; epoll(7).
      if count < free.count && !endReported { mayRead = false }
      return count
    } catch {
      mayRead = false
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

  /// Sends what is kept, then closes.
  func close() {
    sendBatch()
    guard !isClosing else { return }
    isClosing = true
    if output.isEmpty { shut() } else { discard() }
  }

  /// Closes at once, without sending what is kept.
  func abort() {
    isClosing = true
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
    isShut = true
    inBatch = 0
    reportBytes()
    loop.descriptors.remove(owner, watching: number)
    if client == nil { end() } else { loop.callSoon { [self] in end() } }
  }

  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
    client?.hasEnded(lost)
    client = nil
    descriptor = nil
    handedOver = nil
    resource.ended()
    isAtEnd = isAtEnd || lost == nil
    for queue in [Queue.readers, .drainers, .writers, .closers] { wakeAll(queue) }
    let server = server
    self.server = nil
    server?.clientEnded(owner)
  }

  nonisolated(nonsending)
    func waitClosed(at site: UInt32) async throws
  {
    if !hasEnded { try await wait(in: .closers, at: site) }
  }

  func reportBytes() {
    resource.bytes(in: received, out: sent &+ UInt64(inBatch))
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
    withWaiters(queue) { $0.append(task) }
    reportBytes()
    try await task.wait(in: self, of: loop, for: .resource, resource.id, at: site)
  }

  func count(_ queue: Queue) -> Int {
    withWaiters(queue) { $0.count }
  }

  @discardableResult
  func wakeFirst(_ queue: Queue) -> Bool {
    guard let waiter = unsafe withWaiters(queue, { unsafe $0.takeFirst() }) else { return false }
    unsafe waiter._withUnsafeGuaranteedRef { $0.wake(.granted) }
    return true
  }

  func wakeAll(_ queue: Queue) {
    while wakeFirst(queue) {}
  }

  func cancelWait(of waiter: Waiter) -> Bool {
    guard let queue = Queue(rawValue: waiter.list),
      withWaiters(queue, { $0.remove(waiter) })
    else { return false }
    waiter.wake(.cancelled)
    return true
  }

  @inline(__always)
  private func withWaiters<Result>(
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

extension Connection: DescriptorOwner {
  var callSite: UInt32 { site.number }

  func isReady(_ event: Poller.Event) {
    if event.isEnd { endReported = true }
    if let race {
      if event.isWritable { race.attemptEnded(self) }
      return
    }
    if client != nil { loop.enter(context) }
    if isWriteOnly {
      // That a socket's other end has ended to send does not count.
      if event.isBroken { return readerIsGone() }
    } else if event.isReadable {
      mayRead = true
      if isClosing {
        discard()
      } else if let client {
        client.mayReceive()
      } else {
        wakeFirst(.readers)
      }
    }
    if event.isWritable && !isShut {
      mayWrite = true
      flush()
      wakeFirst(.writers)
    }
  }

  // For a protocol that has nothing more to say that is no error.
  private func readerIsGone() {
    if client != nil && output.isEmpty { close() } else { lose(.brokenPipe, "send") }
  }

  func abandon() {
    abort()
    end()
  }
}
