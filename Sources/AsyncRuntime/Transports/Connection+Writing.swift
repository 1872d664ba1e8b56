import AsyncTopBus
import AsyncTopLinux

extension Connection {
  /// Sends what can be sent, at the latest at the end of the iteration, and keeps the rest.
  func send(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0, mayWriteMore() else { return }
    if isSendingFile { refuseWrite("while a file is sent") }
    if isSocket && loop.isRunning && mayWrite && output.isEmpty
      && bytes.count <= WriteBatch.mostOfOne
    {
      if !loop.descriptors.batch.hasRoom(for: bytes.count) { loop.sendBatch() }
      unsafe loop.descriptors.batch.add(bytes, for: owner)
      inBatch += Int32(bytes.count)
    } else {
      sendBatch()
      unsafe keep(bytes)
    }
  }

  /// What of it is in the batch goes out before anything else that is done with the connection.
  @inline(__always)
  func sendBatch() {
    if inBatch > 0 { loop.sendBatch() }
  }

  /// The batch is sent: these are next.
  func sendAdded(_ bytes: UnsafeRawBufferPointer) {
    guard !isShut else { return }
    inBatch -= Int32(bytes.count)
    unsafe keep(bytes)
  }

  /// Sends what is in several pieces as if it were one.
  ///
  /// They are gathered here, so that the kernel is called once.
  func send(gathering pieces: some Sequence<[UInt8]>) {
    sendBatch()
    guard mayWriteMore() else { return }
    if isSendingFile { refuseWrite("while a file is sent") }
    for piece in pieces { unsafe piece.withUnsafeBytes { unsafe output.append($0) } }
    flush()
    if !output.isEmpty && !isShut { wasKept() }
  }

  // Sends or keeps, whoever writes.
  func keep(_ bytes: UnsafeRawBufferPointer) {
    guard !isShut else { return }
    var rest = unsafe bytes
    do throws(Errno) {
      if output.isEmpty && mayWrite {
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
    let mustPause = marks.grew(to: output.count)
    reportLevel(waiters: count(.drainers))
    if mustPause { client?.mustPauseWriting() }
  }

  private func refuseWrite(_ when: String) -> Never {
    EventLoop.refuse("nothing can be written to \(label) \(when)")
  }

  private func mayWriteMore() -> Bool {
    if endIsWritten { refuseWrite("after writeEOF()") }
    guard isClosing else { return true }
    refusedWrites += 1
    if refusedWrites == Self.refusedBeforeReport {
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
      if count < bytes.count && !isAlwaysReady { mayWrite = false }
      sent &+= UInt64(count)
      // Nobody reads from it, who would say so when it waits.
      if isWriteOnly { reportBytes() }
      return count
    } catch {
      mayWrite = false
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
      while mayWrite && !output.isEmpty {
        let count = unsafe try output.withBytes { (bytes) throws(Errno) in
          unsafe try sendNow(bytes)
        }
        output.removeFirst(count)
      }
    } catch {
      lose(error, "send")
      return
    }
    let mayResume = marks.shrank(to: output.count)
    reportLevel(waiters: count(.drainers))
    if mayResume {
      wakeAll(.drainers)
      client?.mayResumeWriting()
    }
    guard output.isEmpty else { return }
    if isClosing {
      shut()
    } else if endIsWritten {
      endWriting()
    }
  }

  /// Whether who writes has to wait, or to hear that it is of no use.
  var mayNotGoOn: Bool { marks.isAbove || isClosing || lost != nil }

  /// Waits while more is kept than the high water mark, until it is at the low one.
  ///
  /// Says so if nothing more can be written, since it is closed or broken.
  nonisolated(nonsending)
    func drain(at site: UInt32) async throws
  {
    if let lost { throw lost }
    if isClosing {
      // Who pays no attention to errors must not keep the others from their turn.
      try await loop.giveWay(at: site)
      throw lost ?? StreamError.closed
    }
    guard marks.isAbove else { return }
    reportLevel(waiters: count(.drainers) + 1)
    defer { reportLevel(waiters: count(.drainers)) }
    try await wait(in: .drainers, at: site)
    if let lost { throw lost }
    // It was aborted, and what was kept is dropped.
    if isShut && marks.isAbove { throw StreamError.closed }
  }

  func setMarks(high: Int?, low: Int?) {
    marks.set(high: high, low: low)
    if marks.grew(to: output.count) { client?.mustPauseWriting() }
    if marks.shrank(to: output.count) {
      wakeAll(.drainers)
      client?.mayResumeWriting()
    }
  }

  /// Tells the other end, after what is kept, that no more will come.
  func writeEOF() {
    sendBatch()
    guard !isClosing, !endIsWritten else { return }
    endIsWritten = true
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
    resource.level(output.count, of: marks.high, waiters: waiters)
  }
}
