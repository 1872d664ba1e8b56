import AsyncTopBus
import AsyncTopLinux

/// What a connection knows of its sending side.
struct WritingState {
  /// Whether the kernel may have room: it has reported that, and has not refused anything since.
  var mayWrite = true
  /// Whether the program has said that it writes no more.
  var endIsWritten = false
  /// While a file is sent nothing else can be written.
  var isSendingFile = false
  /// How many bytes the kernel has taken.
  private(set) var sent: UInt64 = 0
  /// How many bytes wait in the loop's batch.
  var inBatch: Int32 = 0
  /// When the writer should stop, and when go on.
  var marks = WaterMarks()
  private var refused = 0

  static let refusedBeforeReport = 5

  /// How many bytes are sent, or will be in this iteration.
  var given: UInt64 { sent &+ UInt64(inBatch) }

  /// The kernel has taken bytes.
  @inline(__always)
  mutating func sent(_ count: Int) {
    sent &+= UInt64(count)
  }

  /// The kernel has no room.
  @inline(__always)
  mutating func wouldBlock() {
    mayWrite = false
  }

  /// Something was written to a connection that is closed.
  ///
  /// Returns whether that has happened so often that the program should hear of it, once.
  mutating func refuse() -> Bool {
    refused += 1
    return refused == Self.refusedBeforeReport
  }
}

/// The high and low water marks of a buffer: when its writer should stop, and when go on.
///
/// Each crossing is reported once; stopping and going on strictly alternate.
struct WaterMarks {
  /// Above this many bytes, stop.
  private(set) var high: Int
  /// At this many or less, go on.
  private(set) var low: Int
  /// Whether it has said to stop, and not yet to go on.
  private(set) var isAbove = false

  static let usualHigh = 64 * 1024

  init(high: Int = usualHigh) {
    self.high = high
    low = high / 4
  }

  /// Sets new marks; without a low one, a quarter of the high one.
  mutating func set(high: Int?, low: Int?) {
    let top = high ?? low.map(Self.high(for:)) ?? Self.usualHigh
    let bottom = low ?? top / 4
    if top < bottom || bottom < 0 {
      EventLoop.refuse("setWriteBufferLimits: \(top) and \(bottom) are not high ≥ low ≥ 0")
    }
    self.high = top
    self.low = bottom
  }

  // Four times as much, or as much as there is.
  private static func high(for low: Int) -> Int {
    let (high, overflow) = low.multipliedReportingOverflow(by: 4)
    return overflow && low > 0 ? .max : high
  }

  /// The buffer has grown.
  ///
  /// Returns whether to stop from now on.
  mutating func grew(to count: Int) -> Bool {
    guard count > high, !isAbove else { return false }
    isAbove = true
    return true
  }

  /// The buffer has shrunk.
  ///
  /// Returns whether to go on.
  mutating func shrank(to count: Int) -> Bool {
    guard count <= low, isAbove else { return false }
    isAbove = false
    return true
  }
}

extension Connection {
  /// Sends what can be sent, at the latest at the end of the iteration, and buffers the rest.
  func send(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0, mayWriteMore() else { return }
    if writing.isSendingFile { refuseWrite("while a file is sent") }
    if isSocket && loop.isRunning && writing.mayWrite && output.isEmpty
      && bytes.count <= WriteBatch.mostOfOne
    {
      if !loop.descriptors.batch.hasRoom(for: bytes.count) { loop.sendBatch() }
      unsafe loop.descriptors.batch.add(bytes, for: owner)
      writing.inBatch += Int32(bytes.count)
    } else {
      sendBatch()
      unsafe keep(bytes)
    }
  }

  /// What of it is in the batch goes out before anything else that is done with the connection.
  @inline(__always)
  func sendBatch() {
    if writing.inBatch > 0 { loop.sendBatch() }
  }

  /// The batch is sent: these are next.
  func sendAdded(_ bytes: UnsafeRawBufferPointer) {
    guard !isShut else { return }
    writing.inBatch -= Int32(bytes.count)
    unsafe keep(bytes)
  }

  /// Sends what is in several pieces as if it were one.
  ///
  /// They are gathered here, so that the kernel is called once.
  func send(gathering pieces: some Sequence<[UInt8]>) {
    sendBatch()
    guard mayWriteMore() else { return }
    if writing.isSendingFile { refuseWrite("while a file is sent") }
    for piece in pieces { unsafe piece.withUnsafeBytes { unsafe output.append($0) } }
    flush()
    if !output.isEmpty && !isShut { wasKept() }
  }

  // Sends what the kernel takes, and buffers the rest.
  func keep(_ bytes: UnsafeRawBufferPointer) {
    guard !isShut else { return }
    var rest = unsafe bytes
    do throws(Errno) {
      if output.isEmpty && writing.mayWrite {
        let count = unsafe try sendNow(rest)
        if count == bytes.count { return }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    } catch {
      lose(error, "send")
      return
    }
    unsafe output.append(rest)
    wasKept()
    // Nothing will be reported of it.
    if isAlwaysReady { flush() }
  }

  private func wasKept() {
    let mustPause = writing.marks.grew(to: output.count)
    reportLevel(waiters: count(.drainers))
    if mustPause { parties.client?.mustPauseWriting() }
  }

  private func refuseWrite(_ when: String) -> Never {
    EventLoop.refuse("nothing can be written to \(label) \(when)")
  }

  private func mayWriteMore() -> Bool {
    if writing.endIsWritten { refuseWrite("after writeEOF()") }
    guard isClosing else { return true }
    if writing.refuse() {
      loop.report(
        ExceptionContext(
          message: "\(label) is closed, but is written to again and again.", error: lost))
    }
    return false
  }

  // Returns how many bytes were taken.
  private func sendNow(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    do throws(Errno) {
      let count = unsafe try sendOnce(bytes)
      if count < bytes.count && !isAlwaysReady { writing.wouldBlock() }
      writing.sent(count)
      // A connection that is only written to reports its bytes here: no reader ever waits.
      if isWriteOnly { reportBytes() }
      return count
    } catch {
      writing.wouldBlock()
      guard error == .wouldBlock else { throw error }
      return 0
    }
  }

  @inline(__always)
  private func sendOnce(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    if isSocket { return unsafe try descriptor?.send(bytes) ?? 0 }
    return unsafe try descriptor?.write(bytes) ?? 0
  }

  func flush() {
    guard !output.isEmpty else { return }
    do throws(Errno) {
      while writing.mayWrite && !output.isEmpty {
        let count = unsafe try output.withBytes { (bytes) throws(Errno) in
          unsafe try sendNow(bytes)
        }
        output.removeFirst(count)
      }
    } catch {
      lose(error, "send")
      return
    }
    let mayResume = writing.marks.shrank(to: output.count)
    reportLevel(waiters: count(.drainers))
    if mayResume {
      wakeAll(.drainers)
      parties.client?.mayResumeWriting()
    }
    guard output.isEmpty else { return }
    if isClosing {
      shut()
    } else if writing.endIsWritten {
      endWriting()
    }
  }

  /// Whether the writer has to wait, or has to be told that the connection is closed or broken.
  var mayNotGoOn: Bool { writing.marks.isAbove || isClosing || lost != nil }

  /// Waits while more is buffered than the high water mark, until it is at the low one.
  ///
  /// Says so if nothing more can be written, since it is closed or broken.
  nonisolated(nonsending)
    func drain(at site: UInt32) async throws
  {
    if let lost { throw lost }
    if isClosing {
      // A writer that ignores errors must still give way to the others.
      try await loop.giveWay(at: site)
      throw lost ?? StreamError.closed
    }
    guard writing.marks.isAbove else { return }
    reportLevel(waiters: count(.drainers) + 1)
    defer { reportLevel(waiters: count(.drainers)) }
    try await wait(in: .drainers, at: site)
    if let lost { throw lost }
    // It was aborted, and what was buffered is dropped.
    if isShut && writing.marks.isAbove { throw StreamError.closed }
  }

  func setMarks(high: Int?, low: Int?) {
    writing.marks.set(high: high, low: low)
    if writing.marks.grew(to: output.count) { parties.client?.mustPauseWriting() }
    if writing.marks.shrank(to: output.count) {
      wakeAll(.drainers)
      parties.client?.mayResumeWriting()
    }
  }

  /// Tells the other end, after what is buffered, that no more will come.
  func writeEOF() {
    sendBatch()
    guard !isClosing, !writing.endIsWritten else { return }
    writing.endIsWritten = true
    if output.isEmpty { endWriting() }
  }

  // The end of a pipe is that it is closed.
  private func endWriting() {
    guard isSocket else { return close() }
    do throws(Errno) {
      try descriptor?.shutDown(writing: true)
    } catch {
      // The other end is gone: reading says so.
    }
  }

  private func reportLevel(waiters: Int) {
    resource.level(output.count, of: writing.marks.high, waiters: waiters)
  }
}
