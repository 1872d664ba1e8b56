/// The protocol of one pipe of a subprocess transport: tells the subprocess's protocol.
final class SubprocessPipe: StreamProtocol {
  private let descriptor: Int32
  private let subprocess: SubprocessTransport

  init(_ descriptor: Int32, of subprocess: SubprocessTransport) {
    self.descriptor = descriptor
    self.subprocess = subprocess
  }

  func connectionMade(_ transport: Transport) {}

  func dataReceived(_ data: [UInt8]) throws {
    try subprocess.receiver.pipeDataReceived(descriptor, data)
  }

  func pauseWriting() throws {
    try subprocess.receiver.pauseWriting()
  }

  func resumeWriting() throws {
    try subprocess.receiver.resumeWriting()
  }

  func connectionLost(_ error: (any Error)?) throws {
    defer { subprocess.pipeEnded() }
    try subprocess.receiver.pipeConnectionLost(descriptor, error)
  }
}
