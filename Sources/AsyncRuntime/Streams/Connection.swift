import Instrumentation
import LinuxSystem

/// A connected socket and what is on its way through it: the common part of a reader and its
/// writer.
///
/// The socket is watched edge-triggered: it is tried first, and only what says `wouldBlock` waits
/// for the next report. One task may wait to read; any number wait for the write buffer to drain.
///
/// Sendable: belongs to its loop's thread, which the reader's and writer's entry points check.
final class Connection: @unchecked Sendable {
  let loop: EventLoop
  let resource: Probe.Resource
  private(set) var descriptor: FileDescriptor?
  private let owner: UInt64

  // Reading.
  var input = ByteBuffer()
  private(set) var isAtEnd = false
  private var mayRead = true
  private var endReported = false
  private var readsInARow = 0
  private let readers = WaitQueue()
  private var received: UInt64 = 0

  // Writing.
  private var output = ByteBuffer()
  private var mayWrite = true
  private var sent: UInt64 = 0
  private(set) var isClosing = false
  private let drainers = WaitQueue()
  private let closers = WaitQueue()
  private(set) var lost: Errno?
  // While bytes wait to be sent, the connection stays alive also when nobody holds its writer.
  private var keptAlive: Connection?

  static let highWater = 64 * 1024
  static let lowWater = 16 * 1024
  static let chunk = 64 * 1024
  static let readsBeforeGivingWay = 32

  /// Takes over a socket that is connected or about to be.
  init(
    _ descriptor: consuming FileDescriptor, loop: EventLoop, name: () -> String, site: UInt32
  ) throws(Errno) {
    self.loop = loop
    let number = descriptor.number
    resource = Probe.Resource(.socket, name: Probe.isOn ? name() : nil, site: site)
    descriptor.setNoDelay()
    owner = loop.descriptors.reserve()
    self.descriptor = consume descriptor
    loop.descriptors.set(owner, self)
    do {
      try loop.poller.add(number, owner: owner)
    } catch {
      loop.descriptors.remove(owner)
      resource.ended()
      throw error
    }
  }

  deinit {
    resource.ended()
    guard descriptor != nil else { return }
    // The descriptor closes with its owner; only its entry is left.
    let (loop, owner) = (loop, owner)
    if loop.isOnThread {
      loop.descriptors.remove(owner)
    } else {
      loop.callSoonThreadsafe { loop.descriptors.remove(owner) }
    }
  }

  // MARK: Reading

  /// Receives more into `input`, waiting for it.
  ///
  /// Returns false at the end.
  nonisolated(nonsending)
    func receive(atLeast room: Int, at site: UInt32) async throws -> Bool
  {
    readsInARow += 1
    if readsInARow > Self.readsBeforeGivingWay {
      readsInARow = 0
      try await loop.sleep(.zero, at: site)
    }
    while true {
      if isAtEnd { return false }
      if let lost { throw StreamError.connectionLost("\(lost)") }
      if mayRead {
        if try receiveNow(room) { return !isAtEnd }
      }
      try await waitReadable(at: site)
    }
  }

  // Returns false if nothing is there.
  private func receiveNow(_ room: Int) throws -> Bool {
    guard descriptor != nil else { throw StreamError.closed }
    var offered = 0
    do throws(Errno) {
      let count = unsafe try input.append(atLeast: room) { (free) throws(Errno) in
        offered = free.count
        return unsafe try descriptor?.receive(into: free) ?? 0
      }
      received &+= UInt64(count)
      if count == 0 { isAtEnd = true }
      // Less than there was room for: it is empty now, and will be reported again; epoll(7).
      if count < offered && !endReported { mayRead = false }
      return true
    } catch {
      guard error == .wouldBlock else {
        lose(error)
        throw StreamError.connectionLost("\(error)")
      }
      mayRead = false
      return false
    }
  }

  nonisolated(nonsending)
    private func waitReadable(at site: UInt32) async throws
  {
    guard readers.isEmpty else { throw StreamError.alreadyReading }
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    readsInARow = 0
    readers.append(task)
    reportBytes()
    try await task.wait(in: readers, for: .resource, resource.id, at: site)
  }

  // MARK: Writing

  /// Sends what can be sent at once and keeps the rest.
  func send(_ bytes: UnsafeRawBufferPointer) {
    guard lost == nil, !isClosing, bytes.count > 0 else { return }
    var rest = unsafe bytes
    do throws(Errno) {
      if output.isEmpty && mayWrite {
        let count = unsafe try sendNow(rest)
        if count == bytes.count { return }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    } catch {
      lose(error)
      return
    }
    unsafe output.append(rest)
    keptAlive = self
  }

  // Returns how many bytes were taken.
  private func sendNow(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    do throws(Errno) {
      let count = unsafe try descriptor?.send(bytes) ?? 0
      if count < bytes.count { mayWrite = false }
      sent &+= UInt64(count)
      return count
    } catch {
      mayWrite = false
      guard error == .wouldBlock else { throw error }
      return 0
    }
  }

  private func flush() {
    do throws(Errno) {
      while mayWrite && !output.isEmpty {
        let count = unsafe try output.withBytes { (bytes) throws(Errno) in
          unsafe try sendNow(bytes)
        }
        output.removeFirst(count)
      }
    } catch {
      lose(error)
      return
    }
    if output.count <= Self.lowWater { while drainers.wakeFirst() != nil {} }
    guard output.isEmpty else { return }
    keptAlive = nil
    if isClosing { shut() }
  }

  /// Waits while more is kept than the high water mark, until it is at the low one.
  nonisolated(nonsending)
    func drain(at site: UInt32) async throws
  {
    if let lost { throw StreamError.connectionLost("\(lost)") }
    if isClosing {
      try await loop.sleep(.zero, at: site)
    } else if output.count > Self.highWater {
      let task = loop.waiter()
      try await task.refuseIfCancelled()
      drainers.append(task)
      reportBytes()
      resource.level(output.count, of: Self.highWater, waiters: drainers.count)
      try await task.wait(in: drainers, for: .resource, resource.id, at: site)
    }
    if let lost { throw StreamError.connectionLost("\(lost)") }
  }

  // MARK: Ends

  /// Connecting ends when the socket becomes writable.
  nonisolated(nonsending)
    func waitConnected(at site: UInt32) async throws
  {
    mayWrite = false
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    drainers.append(task)
    try await task.wait(in: drainers, for: .resource, resource.id, at: site)
  }

  var socketError: Errno? { descriptor?.socketError }

  /// Sends what is kept, then closes.
  func close() {
    guard !isClosing else { return }
    isClosing = true
    if output.isEmpty || lost != nil { shut() }
  }

  nonisolated(nonsending)
    func waitClosed(at site: UInt32) async throws
  {
    guard descriptor != nil else { return }
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    closers.append(task)
    try await task.wait(in: closers, for: .resource, resource.id, at: site)
  }

  private func lose(_ error: Errno) {
    guard lost == nil else { return }
    lost = error
    isClosing = true
    output.removeFirst(output.count)
    shut()
  }

  private func shut() {
    keptAlive = nil
    guard let number = descriptor?.number else { return }
    reportBytes()
    loop.poller.remove(number)
    loop.descriptors.remove(owner)
    descriptor = nil
    isAtEnd = isAtEnd || lost == nil
    for queue in [readers, drainers, closers] {
      while queue.wakeFirst() != nil {}
    }
  }

  private func reportBytes() {
    resource.bytes(in: received, out: sent)
  }
}

extension Connection: DescriptorOwner {
  func isReady(_ event: Poller.Event) {
    if event.isEnd { endReported = true }
    if event.isReadable {
      mayRead = true
      readers.wakeFirst()
    }
    if event.isWritable {
      mayWrite = true
      flush()
    }
  }

  func abandon() {
    output.removeFirst(output.count)
    isClosing = true
    shut()
  }
}
