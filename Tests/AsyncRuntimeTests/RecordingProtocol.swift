import AsyncRuntime

/// Notes what it is called for, and lets tasks wait for it.
///
/// Sendable: it is used on one loop's thread.
class RecordingProtocol: ConnectionProtocol, @unchecked Sendable {
  private(set) var calls: [String] = []
  private(set) var transport: (any BaseTransport)?
  private(set) var lost: (any Error)?
  var failsAt: String?
  private var waiting: (call: String, future: Future<Void>)?

  func note(_ call: String) throws {
    calls.append(call)
    if let waiting, call.hasPrefix(waiting.call) {
      self.waiting = nil
      try waiting.future.setResult(())
    }
    if let failsAt, call.hasPrefix(failsAt) { throw Failure() }
  }

  /// Waits until a call was made that begins so, at once if it was.
  func called(_ call: String) async throws {
    if calls.contains(where: { $0.hasPrefix(call) }) { return }
    let future = try Future<Void>()
    waiting = (call, future)
    try await withTimeout(.seconds(30)) { try await future.value }
  }

  func connectionMade(_ transport: Transport) throws { try made(transport) }

  func made(_ transport: any BaseTransport) throws {
    self.transport = transport
    try note("made")
  }

  func eofReceived() throws -> Bool { false }

  func connectionLost(_ error: (any Error)?) throws {
    lost = error
    let reason = (error as? IOError).map { "\($0.reason)" } ?? "error"
    try note(error == nil ? "lost" : "lost: \(reason)")
  }

  func pauseWriting() throws { try note("pause") }

  func resumeWriting() throws { try note("resume") }

  struct Failure: Error, Equatable {}
}

/// Collects what comes.
///
/// Sendable as its base class is.
final class Collector: RecordingProtocol, StreamProtocol, @unchecked Sendable {
  private(set) var received: [UInt8] = []
  var keepsOpen = false
  var echoes = false

  func dataReceived(_ data: [UInt8]) throws {
    received += data
    if echoes { (transport as? Transport)?.write(data) }
    try note("data \(received.count)")
  }

  override func eofReceived() throws -> Bool {
    try note("end")
    return keepsOpen
  }
}
