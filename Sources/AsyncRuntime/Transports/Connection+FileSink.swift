import AsyncTopLinux

extension Connection: FileSink {
  /// Sends a file after what is kept; nothing else can be written meanwhile.
  nonisolated(nonsending)
    func sendFile(
      _ file: OpenFile, offset: Int64, count: Int?, fallback: Bool, at site: CallSite
    ) async throws -> Int
  {
    sendBatch()
    if let lost { throw lost }
    guard !isClosing, !writing.endIsWritten else { throw TransportError.closed }
    guard !writing.isSendingFile else { throw TransportError.alreadySendingFile }
    var sending = try FileSending(file, offset: offset, count: count, at: site)
    writing.isSendingFile = true
    defer { writing.isSendingFile = false }
    while !output.isEmpty { try await waitForRoom(at: site) }
    return try await sending.run(to: self, fallback: fallback)
  }

  func trySendFile(_ file: Int32, _ offset: inout Int64, _ count: Int) throws(Errno) -> Int {
    guard writing.mayWrite, descriptor != nil else { throw .wouldBlock }
    do throws(Errno) {
      let count = try descriptor?.sendFile(file, offset: &offset, count: count) ?? 0
      writing.sent(count)
      return count
    } catch {
      if error == .wouldBlock { writing.wouldBlock() }
      if error == .brokenPipe || error == .connectionReset { lose(error, "sendfile") }
      throw error
    }
  }

  nonisolated(nonsending)
    func sendAll(_ bytes: [UInt8], at site: CallSite) async throws
  {
    unsafe bytes.withUnsafeBytes { unsafe keep($0) }
    while !output.isEmpty { try await waitForRoom(at: site) }
    if let lost { throw lost }
  }

  nonisolated(nonsending)
    func waitForRoom(at site: CallSite) async throws
  {
    if isShut { throw lost ?? TransportError.closed }
    try await wait(in: .writers, at: site.number)
    if isShut { throw lost ?? TransportError.closed }
  }

  var subject: String { "\(label)" }
}
