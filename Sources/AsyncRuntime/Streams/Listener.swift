import Instrumentation
import LinuxSystem

/// One listening socket of a server.
///
/// Sendable: belongs to its loop's thread, which the server's entry points check.
final class Listener: @unchecked Sendable {
  typealias Serve =
    @Sendable @isolated(any) (StreamReader, StreamWriter) async throws -> Void

  private let loop: EventLoop
  private let serve: Serve
  private let limit: Int
  private let site: UInt32
  private let resource: Probe.Resource
  private let owner: UInt64
  private let closers = WaitQueue()
  private let name: String
  private var descriptor: FileDescriptor?
  let port: UInt16

  static let acceptsPerTurn = 100
  // What asyncio waits before it tries to accept again when there are no descriptors.
  static let pauseWhenExhausted = Duration.seconds(1)

  init(
    _ address: SocketAddress, loop: EventLoop, backlog: Int, limit: Int, site: UInt32,
    _ serve: @escaping Serve
  ) throws(Errno) {
    self.loop = loop
    self.serve = serve
    self.limit = limit
    self.site = site
    let socket = try FileDescriptor.stream(for: address)
    try socket.listen(on: address, backlog: backlog)
    let bound = socket.localAddress ?? address
    port = bound.port
    name = "\(bound)"
    resource = Probe.Resource(.listener, name: "tcp \(name)", site: site)
    owner = loop.descriptors.reserve()
    let number = socket.number
    descriptor = consume socket
    loop.descriptors.set(owner, self)
    try loop.poller.add(number, owner: owner)
    // The table does not keep it alive; while it listens, nobody else has to.
    kept = self
  }

  private var kept: Listener?

  var isOpen: Bool { descriptor != nil }

  func close() {
    guard let number = descriptor?.number else { return }
    loop.poller.remove(number)
    loop.descriptors.remove(owner)
    descriptor = nil
    resource.ended()
    while closers.wakeFirst() != nil {}
    kept = nil
  }

  nonisolated(nonsending)
    func waitClosed(at site: UInt32) async throws(CancelledError)
  {
    guard isOpen else { return }
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    closers.append(task)
    try await task.wait(in: closers, for: .resource, resource.id, at: site)
  }

  // Up to a limit, then others get their turn.
  private func acceptAll() {
    for _ in 0..<Self.acceptsPerTurn {
      do throws(Errno) {
        guard let accepted = try accept() else { return }
        try start(accepted)
      } catch {
        if error == .wouldBlock { return }
        if error == .connectionAborted { continue }
        pause(error)
        return
      }
    }
    loop.callSoon { [self] in acceptAll() }
  }

  private func accept() throws(Errno) -> FileDescriptor? {
    guard descriptor != nil else { return nil }
    return try descriptor?.accept()
  }

  // The listener would be reported no more before the next connection comes, so it is tried again.
  private func pause(_ error: Errno) {
    loop.report(
      ExceptionContext(message: "Connections on \(name) can't be accepted now.", error: error))
    loop.callLater(Self.pauseWhenExhausted) { [weak self] in self?.acceptAll() }
  }

  private func start(_ socket: consuming FileDescriptor) throws(Errno) {
    let peer = socket.peerAddress.map { "\($0)" } ?? ""
    let name = name
    let connection = try Connection(
      socket, loop: loop, name: { "tcp \(name) ← \(peer)" }, site: site)
    let reader = StreamReader(connection, limit: limit)
    let writer = StreamWriter(connection, peer: peer)
    let (loop, serve) = (loop, serve)
    _ = loop.create(name: "client \(peer)", group: nil, site: site, isolation: nil) {
      defer { writer.close() }
      do {
        try await serve(reader, writer)
      } catch  where !(error is CancelledError) {
        loop.report(ExceptionContext(message: "Serving a connection failed.", error: error))
      }
    }
  }
}

extension Listener: DescriptorOwner {
  func isReady(_ event: Poller.Event) {
    acceptAll()
  }

  func abandon() {
    close()
  }
}
