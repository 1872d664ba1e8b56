import AsyncRuntime

/// Waits for the first thing that a transport has to say, and for its end.
///
/// Sendable: it is used on one loop's thread.
final class FirstCall: StreamProtocol, DatagramProtocol, SubprocessProtocol,
  @unchecked Sendable
{
  let called: Future<Void>
  let ended: Future<Void>
  private(set) var ends = 0
  // And its transport holds it.
  private var transport: (any BaseTransport)?

  init(on loop: EventLoop) {
    called = Future(on: loop)
    ended = Future(on: loop)
  }

  private func call() throws {
    if !called.isDone { try called.setResult(()) }
  }

  func connectionMade(_ transport: Transport) { self.transport = transport }

  func connectionMade(_ transport: DatagramTransport) { self.transport = transport }

  func connectionMade(_ transport: SubprocessTransport) { self.transport = transport }

  func dataReceived(_ data: [UInt8]) throws { try call() }

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws { try call() }

  func errorReceived(_ error: IOError) throws { try call() }

  func pipeDataReceived(_ descriptor: Int32, _ data: [UInt8]) throws { try call() }

  func connectionLost(_ error: (any Error)?) throws {
    ends += 1
    if !ended.isDone { try ended.setResult(()) }
  }
}
