import AsyncTopBus
import AsyncTopLinux

/// A socket that carries messages and calls a protocol: what asyncio's `DatagramTransport` is.
///
/// It stays alive until its protocol was told that it is gone.
///
/// Sendable because every entry point checks that it is on the loop's thread.
public final class DatagramTransport: BaseTransport, @unchecked Sendable {
  private let loop: EventLoop
  private let site: CallSite
  private var receiver: any DatagramProtocol
  private let resource: Probe.Resource
  private let owner: UInt64
  // In which its protocol is called.
  private let context: Context
  private var descriptor: FileDescriptor?
  /// What people call it, such as `udp 127.0.0.1:5000`.
  public let name: String
  /// The address of the other end, if it is connected.
  public let peerAddress: SocketAddress?

  private var mayRead = true
  private var output = DatagramQueue()
  private var marks = WaterMarks()
  private var retry: TimerHandle?
  private var received: UInt64 = 0
  private var sent: UInt64 = 0
  private var lost: (any Error)?
  private var refusedWrites = 0
  private var hasEnded = false
  /// Whether it was closed, or is broken.
  public private(set) var isClosing = false

  // After so many messages in a row others get their turn.
  private static let receivesInARow = 64
  // A unix socket's room is not reported if it is the receiver's that was missing.
  private static let pauseBeforeRetry = Duration.milliseconds(10)

  init(
    _ socket: consuming FileDescriptor, _ receiver: any DatagramProtocol, peer: SocketAddress?,
    on loop: EventLoop, at site: CallSite
  ) throws(Errno) {
    self.loop = loop
    self.site = site
    self.receiver = receiver
    peerAddress = peer
    let local = socket.localAddress
    let scheme = local?.family == .unix ? "unix" : "udp"
    name = "\(scheme) \(local.map { "\($0)" } ?? "")\(peer.map { " → \($0)" } ?? "")"
    resource = Probe.Resource(.socket, name: name, site: site.number)
    owner = loop.descriptors.reserve()
    context = loop.inheritedContext
    let number = socket.number
    descriptor = consume socket
    do throws(Errno) {
      try loop.descriptors.add(self, as: owner, .changes, of: number)
    } catch {
      resource.ended()
      throw error
    }
    call { try receiver.connectionMade(self) }
  }

  /// The protocol that it calls; once that was told that all is over, one that does nothing.
  ///
  /// Another one that is set is called from then on. It is not told that the connection was made.
  /// Once all is over, to set it does nothing.
  public var `protocol`: any DatagramProtocol {
    get { receiver }
    set {
      loop.checkThread()
      if receiver !== EndedProtocol.shared { receiver = newValue }
    }
  }

  /// The address of this end; nil if it has none or is closed.
  public var localAddress: SocketAddress? { descriptor?.localAddress }

  /// The socket underneath, to look at and set options; nil if it is closed.
  public var socket: TransportSocket? {
    (descriptor?.number).map { TransportSocket(number: $0) }
  }

  /// Sends a message at once, or buffers it until it fits.
  ///
  /// Never waits. When more is buffered than the high mark, the protocol's `pauseWriting` is
  /// called. On a transport that is closed it does nothing; to go on with that is reported once.
  /// What the kernel refuses to send goes to `errorReceived`.
  ///
  /// - Parameters:
  ///   - data: The message, perhaps empty.
  ///   - address: The receiver's; nil where the endpoint is connected.
  /// - Throws: `TransportError.wrongAddress` if the endpoint is connected to another.
  public func sendto(
    _ data: [UInt8], _ address: SocketAddress? = nil
  ) throws(TransportError) {
    loop.checkThread()
    if let address, let peerAddress, address != peerAddress { throw .wrongAddress(address) }
    guard !isClosing else { return refuse() }
    let address = peerAddress == nil ? address : nil
    if output.isEmpty && send(data, address) { return }
    output.append(data, to: address)
    resource.level(output.size, of: marks.high, waiters: 0)
    if marks.grew(to: output.size) { call { try receiver.pauseWriting() } }
  }

  /// Sends a message, as `sendto` does.
  ///
  /// - Parameters:
  ///   - data: The message, perhaps empty.
  ///   - address: The receiver's; nil where the endpoint is connected.
  /// - Throws: As `sendto` does.
  public func send(
    _ data: some Collection<UInt8>, to address: SocketAddress? = nil
  ) throws(TransportError) {
    try sendto(Array(data), address)
  }

  /// Sends text in UTF-8 as a message, as `sendto` does.
  ///
  /// - Parameters:
  ///   - text: The message, perhaps empty.
  ///   - address: The receiver's; nil where the endpoint is connected.
  /// - Throws: As `sendto` does.
  public func send(
    _ text: some StringProtocol, to address: SocketAddress? = nil
  ) throws(TransportError) {
    try sendto(Array(text.utf8), address)
  }

  /// Sets from when on its protocol should not write, and from when on it may again.
  ///
  /// - Parameters:
  ///   - high: Above this many buffered bytes, `pauseWriting` is called, where each message counts
  ///     8 bytes more; nil means 64 KiB, or four times the low mark.
  ///   - low: At this many or less, `resumeWriting` is called; nil means a quarter of the high
  ///     mark.
  public func setWriteBufferLimits(high: Int? = nil, low: Int? = nil) {
    loop.checkThread()
    marks.set(high: high, low: low)
    if marks.grew(to: output.size) { call { try receiver.pauseWriting() } }
    if marks.shrank(to: output.size) { call { try receiver.resumeWriting() } }
  }

  /// The marks, in bytes.
  public var writeBufferLimits: (high: Int, low: Int) { (marks.high, marks.low) }

  /// How many bytes are buffered, each message with 8 bytes more.
  public var writeBufferSize: Int { output.size }

  /// Sends what is buffered, then closes it.
  ///
  /// Nothing more is received. The protocol's `connectionLost` is called in a later iteration of
  /// the loop. Again, it does nothing.
  public func close() {
    loop.checkThread()
    guard !isClosing else { return }
    isClosing = true
    if output.isEmpty { shut() }
  }

  /// Closes at once, and drops what is buffered.
  public func abort() {
    loop.checkThread()
    end(with: nil)
  }

  /// For people: `DatagramTransport(udp 127.0.0.1:5000, open, 12 bytes received, 30 sent)`.
  ///
  /// On another thread than the loop's only the name.
  public var description: String {
    guard loop.isOnThread else { return "DatagramTransport(\(name))" }
    let state = Connection.state(isClosing: isClosing, isShut: hasEnded, lost: lost)
    let kept = output.isEmpty ? "" : ", \(output.size) kept"
    return "DatagramTransport(\(name), \(state), \(received) bytes received, \(sent) sent\(kept))"
  }

  // MARK: Sending

  // Returns whether it need not be buffered.
  private func send(_ data: [UInt8], _ address: SocketAddress?) -> Bool {
    do throws(Errno) {
      let count = unsafe try data.withContiguous { (bytes) throws(Errno) in
        unsafe try descriptor?.send(bytes, to: address) ?? 0
      }
      sent &+= UInt64(count)
      resource.bytes(in: received, out: sent)
      return true
    } catch {
      guard error != .wouldBlock else {
        retryLater(address)
        return false
      }
      let subject = "\(name)\(address.map { " → \($0)" } ?? "")"
      let failure = site.error(error, "send", subject)
      call { try receiver.errorReceived(failure) }
      return true
    }
  }

  private func retryLater(_ address: SocketAddress?) {
    guard address?.family == .unix, retry == nil else { return }
    retry = loop.callLater(Self.pauseBeforeRetry) { [weak self] in
      self?.retry = nil
      self?.flush()
    }
  }

  private func flush() {
    while descriptor != nil, let (data, address) = output.first {
      guard send(data, address) else { break }
      output.removeFirst()
    }
    guard descriptor != nil else { return }
    resource.level(output.size, of: marks.high, waiters: 0)
    if marks.shrank(to: output.size) { call { try receiver.resumeWriting() } }
    if output.isEmpty && isClosing { shut() }
  }

  private func refuse() {
    refusedWrites += 1
    guard refusedWrites == WritingState.refusedBeforeReport else { return }
    loop.report(
      ExceptionContext(
        message: "\(name) is closed, but is written to again and again.", error: lost))
  }

  // MARK: Receiving

  private func receive() {
    for _ in 0..<Self.receivesInARow {
      guard mayRead, !isClosing else { return }
      var sender: SocketAddress?
      do throws(Errno) {
        let data = unsafe try loop.descriptors.receiveBuffer.received { (free) throws(Errno) in
          guard descriptor != nil else { throw .wouldBlock }
          let (count, address) = unsafe try descriptor!.receiveDatagram(into: free)
          sender = address
          return count
        }
        received &+= UInt64(data.count)
        if let sender { call { try receiver.datagramReceived(data, from: sender) } }
      } catch {
        guard error != .wouldBlock else {
          mayRead = false
          return resource.bytes(in: received, out: sent)
        }
        let failure = site.error(error, "receive", name)
        call { try receiver.errorReceived(failure) }
      }
    }
    loop.callSoon { [self] in receive() }
  }

  // MARK: Ends

  private func call(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      loop.report(
        ExceptionContext(
          message: "A protocol of \(name) failed.", error: error, site: site.text))
      end(with: error)
    }
  }

  private func end(with error: (any Error)?) {
    if lost == nil && !hasEnded { lost = error }
    isClosing = true
    output = DatagramQueue()
    shut()
  }

  private func shut() {
    guard !hasEnded, let number = descriptor?.number else { return }
    hasEnded = true
    resource.bytes(in: received, out: sent)
    retry?.cancel()
    loop.descriptors.remove(owner, watching: number)
    loop.callSoon { [self] in finish() }
  }

  private func finish() {
    guard descriptor != nil else { return }
    call { try receiver.connectionLost(lost) }
    receiver = EndedProtocol.shared
    descriptor = nil
    resource.ended()
  }
}

extension DatagramTransport: DescriptorOwner {
  var callSite: UInt32 { site.number }

  func isReady(_ event: Poller.Event) {
    loop.enter(context)
    if event.isReadable {
      mayRead = true
      receive()
    }
    if event.isWritable { flush() }
  }

  func abandon() {
    end(with: nil)
    finish()
  }
}

/// Messages that wait to be sent, first in, first out.
struct DatagramQueue {
  private var messages: [(data: [UInt8], address: SocketAddress?)] = []
  private var head = 0
  /// The bytes of all, each with 8 bytes more, so that many empty ones count too.
  private(set) var size = 0

  private static let header = 8

  var isEmpty: Bool { head == messages.count }

  var first: (data: [UInt8], address: SocketAddress?)? { isEmpty ? nil : messages[head] }

  mutating func append(_ data: [UInt8], to address: SocketAddress?) {
    messages.append((data, address))
    size += data.count + Self.header
  }

  mutating func removeFirst() {
    size -= messages[head].data.count + Self.header
    messages[head] = ([], nil)
    head += 1
    if head == messages.count {
      messages.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 1024, head > messages.count / 2 {
      messages.removeFirst(head)
      head = 0
    }
  }
}
