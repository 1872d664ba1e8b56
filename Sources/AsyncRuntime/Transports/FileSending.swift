import AsyncTopBus
import AsyncTopLinux

/// Where a file can be sent to: a connection or a socket.
protocol FileSink {
  /// Lets the kernel send some of a file.
  ///
  /// Returns how much, 0 at the file's end.
  func trySendFile(_ file: Int32, _ offset: inout Int64, _ count: Int) throws(Errno) -> Int

  /// Sends all bytes, and waits until they are gone.
  nonisolated(nonsending) func sendAll(_ bytes: [UInt8], at site: CallSite) async throws

  /// Waits until something may fit again.
  nonisolated(nonsending) func waitForRoom(at site: CallSite) async throws

  var loop: EventLoop { get }

  var subject: String { get }
}

/// A file on its way into a socket: by the kernel, sendfile(2), or, where that can't, in pieces
/// through this process.
///
/// The file's position follows what was sent, also when it fails.
struct FileSending {
  let file: OpenFile
  let site: CallSite
  private var offset: Int64
  private let end: Int64?
  private let start: Int64

  // What is asked of the kernel at once, and how often before others get their turn.
  private static let piece = 1 << 20
  private static let piecesInARow = 16

  init(_ file: OpenFile, offset: Int64, count: Int?, at site: CallSite) throws(IOError) {
    // Of a range that a client has asked for, perhaps.
    guard offset >= 0, (count ?? 0) >= 0 else {
      throw site.error(.invalidArgument, "sendfile", "\(file)")
    }
    self.file = file
    self.site = site
    self.offset = offset
    start = offset
    end = count.map { count in
      let (end, isTooFar) = offset.addingReportingOverflow(Int64(count))
      return isTooFar ? .max : end
    }
  }

  /// How many bytes were sent in all.
  nonisolated(nonsending)
    mutating func run(to sink: some FileSink, fallback: Bool) async throws -> Int
  {
    defer { file.position = offset }
    do {
      try await sendByKernel(to: sink)
    } catch TransportError.sendfileNotAvailable where fallback {
      try await sendInPieces(to: sink)
    }
    return Int(offset - start)
  }

  private var next: Int { end.map { Int(min($0 - offset, Int64(Self.piece))) } ?? Self.piece }

  nonisolated(nonsending)
    private mutating func sendByKernel(to sink: some FileSink) async throws
  {
    var pieces = 0
    while next > 0 {
      do throws(Errno) {
        if try sink.trySendFile(file.number, &offset, next) == 0 { return }
      } catch {
        switch error {
        case .wouldBlock: break
        case .invalidArgument, .notSupported, .illegalSeek:
          throw TransportError.sendfileNotAvailable
        default: throw site.error(error, "sendfile \(file) to", sink.subject)
        }
        try await sink.waitForRoom(at: site)
        pieces = 0
      }
      pieces += 1
      if pieces.isMultiple(of: Self.piecesInARow) {
        try await sink.loop.giveWay(at: site.number)
      }
    }
  }

  nonisolated(nonsending)
    private mutating func sendInPieces(to sink: some FileSink) async throws
  {
    while next > 0 {
      let (number, place, count) = (file.number, offset, min(next, Connection.mostReceived))
      let read = try await sink.loop.callBlocking(.thread, "read \(file)", at: site) {
        Result { () throws(Errno) in try FileDescriptor.read(number, count: count, at: place) }
      }
      let bytes: [UInt8]
      do throws(Errno) {
        bytes = try read.get()
      } catch {
        guard error == .wouldBlock else { throw site.error(error, "read", "\(file)") }
        try await waitReadable(on: sink.loop)
        continue
      }
      if bytes.isEmpty { return }
      try await sink.sendAll(bytes, at: site)
      offset += Int64(bytes.count)
    }
  }

  // Of a pipe, a socket or the like, which does not wait in the kernel.
  nonisolated(nonsending)
    private func waitReadable(on loop: EventLoop) async throws
  {
    let watch: DescriptorWatch
    do throws(Errno) {
      watch = try loop.renewedWatch(file.number)
    } catch {
      throw site.error(error, "watch", "\(file)")
    }
    // It may be closed as soon as it is sent.
    defer { if !watch.isWanted { watch.end() } }
    try await watch.waitReadable({ "\(file)" }, at: site)
  }
}

extension Connection: FileSink {
  /// Sends a file after what is buffered; nothing else can be written meanwhile.
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
