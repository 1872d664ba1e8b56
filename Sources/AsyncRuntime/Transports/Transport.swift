public import AsyncTopLinux

/// A connection, or an end of a pipe, that calls a protocol: what asyncio's `Transport` is.
///
/// It stays alive until its protocol was told that it is gone.
///
/// Sendable because every entry point checks that it is on the loop's thread.
public final class Transport: ReadTransport, WriteTransport, @unchecked Sendable {
  let connection: Connection
  @safe @exclusivity(unchecked) private var receiver: Receiver
  @safe @exclusivity(unchecked) private var flow = Flow()

  // Whether its protocol gets what comes.
  private struct Flow {
    /// The program has paused it.
    var isPaused = false
    /// The protocol was told of the end.
    var hasEOF = false
    /// It goes on to receive in a later iteration, without an event.
    var continues = false
  }

  // Its protocol, of which it is asked once, not with each message, what it can do.
  private enum Receiver {
    case streaming(any StreamProtocol)
    case buffered(any BufferedProtocol)
    case neither(any ConnectionProtocol)

    init(_ receiver: any ConnectionProtocol) {
      switch receiver {
      case let receiver as any StreamProtocol: self = .streaming(receiver)
      case let receiver as any BufferedProtocol: self = .buffered(receiver)
      default: self = .neither(receiver)
      }
    }

    var base: any ConnectionProtocol {
      switch self {
      case .streaming(let receiver): receiver
      case .buffered(let receiver): receiver
      case .neither(let receiver): receiver
      }
    }
  }

  // When so many calls of the kernel in a row were all filled, others get their turn.
  private static let receivesInARow = 4

  private init(_ connection: Connection, _ receiver: any ConnectionProtocol) {
    self.connection = connection
    self.receiver = Receiver(receiver)
  }

  /// Lets a protocol drive a connection, and tells it so.
  ///
  /// Of a new connection, of which the loop has reported nothing yet, what comes is received from
  /// the next report of the kernel on. Of another the report may have come, and would not again.
  @discardableResult
  static func start(
    _ connection: Connection, _ receiver: any ConnectionProtocol, isNew: Bool
  ) -> Transport {
    let transport = Transport(connection, receiver)
    // Of a file nothing is ever reported.
    connection.reading.mayRead = !connection.isWriteOnly && (!isNew || connection.isAlwaysReady)
    connection.parties.client = transport
    transport.call { try receiver.connectionMade(transport) }
    if connection.reading.mayRead { transport.receiveLater() }
    return transport
  }

  private var loop: EventLoop { connection.loop }

  /// What people call it, such as `tcp 127.0.0.1:80 ← 127.0.0.1:51234`.
  public var name: String { "\(connection.label)" }

  /// The address of the other end; nil if it has none.
  public var peerAddress: SocketAddress? { connection.peer ?? connection.descriptor?.peerAddress }

  /// The address of this end; nil if it has none or is closed.
  public var localAddress: SocketAddress? { connection.descriptor?.localAddress }

  /// The socket underneath, to look at and set options; nil if it is closed or a pipe.
  public var socket: TransportSocket? { connection.transportSocket }

  /// The protocol that it calls; once that was told that the connection is gone, one that does
  /// nothing.
  ///
  /// Another one that is set is called from then on. It is not told that the connection was made.
  /// Once all is over, to set it does nothing.
  public var `protocol`: any ConnectionProtocol {
    get { receiver.base }
    set {
      connection.checkThread()
      if receiver.base !== EndedProtocol.shared { receiver = Receiver(newValue) }
    }
  }

  /// Whether it was closed, or is broken.
  public var isClosing: Bool { connection.isClosing }

  /// Sends what is buffered, then closes it.
  ///
  /// What comes meanwhile is dropped. The protocol's `connectionLost` is called in a later
  /// iteration of the loop. As long as the other end is there and takes nothing, what is buffered
  /// stays, and the transport with it; `abort()` drops both. Again, it does nothing.
  public func close() {
    connection.checkThread()
    connection.close()
  }

  // MARK: Reading

  /// Whether its protocol gets what comes.
  public var isReading: Bool { !flow.isPaused && !connection.isClosing }

  /// Lets what comes wait in the kernel, so that the other end has to wait.
  ///
  /// Again, it does nothing.
  public func pauseReading() {
    connection.checkThread()
    flow.isPaused = true
  }

  /// Lets the protocol get what comes, from a later iteration of the loop on.
  ///
  /// Again, it does nothing.
  public func resumeReading() {
    connection.checkThread()
    guard flow.isPaused else { return }
    flow.isPaused = false
    if connection.reading.mayRead { receiveLater() }
  }

  // MARK: Writing

  /// Sends bytes that lie somewhere in memory, where they need stay only during the call; see
  /// `write` for any collection of bytes.
  ///
  /// - Parameter bytes: The bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) {
    connection.checkThread()
    unsafe connection.send(bytes)
  }

  /// Sends several pieces as if they were one, with one call of the kernel.
  ///
  /// - Parameter pieces: The pieces.
  public func writeLines(_ pieces: some Sequence<[UInt8]>) {
    connection.checkThread()
    connection.send(gathering: pieces)
  }

  /// Whether it can end to send and go on to receive.
  public var canWriteEOF: Bool { true }

  /// Tells the other end, after what is buffered, that no more will come.
  ///
  /// To write anything after that is a mistake in the program and ends it. Again, it does nothing.
  public func writeEOF() {
    connection.checkThread()
    connection.writeEOF()
  }

  /// Closes at once, and drops what is buffered.
  public func abort() {
    connection.checkThread()
    connection.abort()
  }

  /// Sets from when on its protocol should not write, and from when on it may again.
  ///
  /// - Parameters:
  ///   - high: Above this many buffered bytes, `pauseWriting` is called; nil means 64 KiB, or four
  ///     times the low mark. With 0 any buffered byte is too many.
  ///   - low: At this many or less, `resumeWriting` is called; nil means a quarter of the high
  ///     mark. Must be neither more than that nor negative.
  public func setWriteBufferLimits(high: Int? = nil, low: Int? = nil) {
    connection.checkThread()
    connection.setMarks(high: high, low: low)
  }

  /// The marks, in bytes.
  public var writeBufferLimits: (high: Int, low: Int) {
    (connection.writing.marks.high, connection.writing.marks.low)
  }

  /// How many bytes are buffered.
  public var writeBufferSize: Int { connection.output.count }

  // MARK: Calls

  private func receiveLater() {
    guard !flow.continues else { return }
    flow.continues = true
    loop.callSoon { [self] in
      flow.continues = false
      mayReceive()
    }
  }

  // Tells the handler and closes if the protocol fails.
  private func call(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      loop.report(
        ExceptionContext(
          message: "A protocol of \(name) failed.", error: error, site: connection.site.text))
      connection.fail(error)
    }
  }

  private func receiveOnce() throws {
    switch receiver {
    case .streaming(let receiver):
      let data = unsafe try connection.receiveBuffer.received { free in
        unsafe try connection.receiveNow(into: free)
      }
      if !data.isEmpty { try receiver.dataReceived(data) }
    case .buffered(let receiver):
      let free = unsafe try receiver.getBuffer(sizeHint: Connection.mostReceived)
      guard free.count > 0 else { throw TransportError.noRoom }
      let count = unsafe try connection.receiveNow(into: free)
      if count > 0 { try receiver.bufferUpdated(count) }
    case .neither(let receiver): throw TransportError.wrongProtocol("\(type(of: receiver))")
    }
    if connection.reading.isAtEnd { try receiveEnd() }
  }

  private func receiveEnd() throws {
    guard !flow.hasEOF else { return }
    flow.hasEOF = true
    if try !receiver.base.eofReceived() { connection.close() }
  }
}

extension Transport: ConnectionClient {
  func mayReceive() {
    for _ in 0..<Self.receivesInARow {
      guard connection.reading.mayRead, isReading, !flow.hasEOF else { return }
      do {
        try receiveOnce()
      } catch {
        // The connection's own failure is no surprise to report.
        if connection.lost == nil { call { throw error } }
      }
    }
    if connection.reading.mayRead && isReading && !flow.hasEOF { receiveLater() }
  }

  func mustPauseWriting() {
    call { try receiver.base.pauseWriting() }
  }

  func mayResumeWriting() {
    call { try receiver.base.resumeWriting() }
  }

  func hasEnded(_ error: (any Error)?) {
    call { try receiver.base.connectionLost(error) }
    receiver = Receiver(EndedProtocol.shared)
  }
}

/// A transport or its protocol was used wrongly.
@nonexhaustive
public enum TransportError: Error, Equatable, CustomStringConvertible {
  /// A buffered protocol gave no room for what came.
  case noRoom
  /// The protocol can't be used with such a transport.
  case wrongProtocol(String)
  /// The kernel can't send such a file, and nothing else was allowed.
  case sendfileNotAvailable
  /// A connected datagram endpoint sends to its peer only.
  case wrongAddress(SocketAddress)
  /// The transport is closed.
  case closed
  /// A file is sent over it already.
  case alreadySendingFile
  /// A server runs for ever once at a time.
  case alreadyServing
  /// A server that was closed does not listen again.
  case serverClosed

  /// For people.
  public var description: String {
    switch self {
    case .noRoom: "the protocol gave no room for what was received"
    case .wrongProtocol(let name): "\(name) can't be used with such a transport"
    case .sendfileNotAvailable: "the kernel can't send such a file"
    case .wrongAddress(let address): "the endpoint is connected, but not to \(address)"
    case .closed: "the transport is closed"
    case .alreadySendingFile: "a file is being sent over the transport"
    case .alreadyServing: "another task waits in serveForever()"
    case .serverClosed: "the server is closed"
    }
  }
}

/// The socket under a transport or a stream: to look at, and to set options, but not to read, write
/// or close.
public struct TransportSocket: Sendable {
  /// The kernel's number.
  public let number: Int32

  /// Sets an option.
  ///
  /// - Parameters:
  ///   - option: Which.
  ///   - value: A number, or 0 and 1 for off and on.
  /// - Throws: Why it can't be set.
  public func setOption(_ option: SocketOption, to value: Int) throws(Errno) {
    try FileDescriptor.setOption(option, of: number, to: value)
  }

  /// An option's value.
  ///
  /// - Parameter option: Which.
  /// - Returns: A number, or 0 and 1 for off and on.
  /// - Throws: That there is no such option.
  public func option(_ option: SocketOption) throws(Errno) -> Int {
    try FileDescriptor.option(option, of: number)
  }
}

extension Connection {
  var transportSocket: TransportSocket? {
    guard isSocket, let number = descriptor?.number else { return nil }
    return TransportSocket(number: number)
  }
}
