import AsyncTopBus
import AsyncTopLinux

/// One listening socket of a server.
///
/// Sendable: belongs to its loop's thread, which the server's entry points check.
final class Listener: @unchecked Sendable {
  private let loop: EventLoop
  private let options: ListenOptions
  private let site: CallSite
  let resource: Probe.Resource
  private var owner: UInt64?
  let name: String
  let address: SocketAddress
  private let socketFile: SocketFile?
  private var descriptor: FileDescriptor?
  private weak var server: Server?
  // In which connections are served.
  private var context = Context()
  private var pause: TimerHandle?
  private var hasReported = false

  static let acceptsPerTurn = 100
  // How long it waits before it tries to accept again when there are no descriptors: nothing says
  // when there are. asyncio waits a second, in which it serves no client.
  static let pauseWhenExhausted = Duration.milliseconds(50)

  /// Takes over a socket that has an address.
  init(
    _ socket: consuming FileDescriptor, socketFile: SocketFile? = nil,
    _ options: ListenOptions, on loop: EventLoop, at site: CallSite
  ) throws(Errno) {
    self.loop = loop
    self.options = options
    self.site = site
    self.socketFile = socketFile
    guard let address = socket.localAddress else { throw .badDescriptor }
    self.address = address
    name = ConnectionLabel.listener(address)
    resource = Probe.Resource(.listener, name: name, site: site.number)
    descriptor = consume socket
  }

  deinit {
    close()
    resource.ended()
  }

  var number: Int32? { descriptor?.number }

  /// Lets connections come in, for a server.
  func listen(for server: Server) throws(IOError) {
    guard owner == nil, let number = descriptor?.number else { return }
    self.server = server
    let owner = loop.descriptors.reserve()
    do throws(Errno) {
      try descriptor?.listen(backlog: options.backlog)
      try loop.descriptors.add(self, as: owner, .changes, of: number)
    } catch {
      // Again, if it was watching that failed.
      loop.descriptors.remove(owner)
      throw site.error(error, "listen", name)
    }
    self.owner = owner
    context = loop.inheritedContext
  }

  func close() {
    guard let number = descriptor?.number else { return }
    if let owner {
      loop.descriptors.remove(owner, watching: number)
    }
    owner = nil
    pause?.cancel()
    pause = nil
    descriptor = nil
    socketFile?.remove()
  }

  // Up to a limit, then others get their turn.
  func acceptAll() {
    guard pause == nil, owner != nil, let server else { return }
    for _ in 0..<Self.acceptsPerTurn {
      guard server.wantsConnection else { return }
      do throws(Errno) {
        guard try acceptOne(for: server) else { return }
      } catch {
        if error == .wouldBlock { return }
        if error.concernsAcceptedOnly { continue }
        wait(because: error)
        return
      }
    }
    loop.callSoon { [weak self] in self?.acceptAll() }
  }

  private func acceptOne(for server: Server) throws(Errno) -> Bool {
    var peer: SocketAddress?
    guard let socket = try accept(&peer) else { return false }
    hasReported = false
    if options.keepAlive { try? socket.setOption(.keepAlive, to: 1) }
    let connection = try Connection(
      socket, .accepted(listener: name, peer: peer), peer: peer, on: loop, at: site)
    server.accepted(connection)
    return true
  }

  private func accept(_ peer: inout SocketAddress?) throws(Errno) -> FileDescriptor? {
    guard descriptor != nil else { return nil }
    return try descriptor?.accept(&peer)
  }

  // New connections are not reported again, and those that are must not be tried meanwhile. Until
  // one was accepted again it is the same shortage, of which one report is enough.
  private func wait(because error: Errno) {
    if !hasReported {
      hasReported = true
      loop.report(
        ExceptionContext(
          message: "Connections on \(name) can't be accepted now.",
          error: site.error(error, "accept", name)))
    }
    pause = loop.callLater(
      Self.pauseWhenExhausted, fileID: site.fileID, line: site.line
    ) { [weak self] in
      self?.pause = nil
      self?.acceptAll()
    }
  }
}

extension Listener: DescriptorOwner {
  var callSite: UInt32 { site.number }

  func isReady(_ event: Poller.Event) {
    loop.enter(context)
    acceptAll()
  }

  func abandon() {
    server?.close()
    close()
  }
}

/// The file that a unix socket is bound to, which stays when the socket is closed unless it is
/// removed.
struct SocketFile {
  private let path: String
  private let identity: FileIdentity?

  /// The file of a socket that is bound; nil of an abstract name, which belongs to none.
  init?(path: String) {
    guard path.utf8.first != 0 else { return nil }
    self.path = path
    identity = FileIdentity(path: path)
  }

  /// Removes what a listener left that is gone; never anything but a socket.
  static func removeStale(_ path: String) {
    if FileIdentity(path: path)?.isSocket == true { FileIdentity.remove(path) }
  }

  /// Removes it, unless another file has taken its place.
  func remove() {
    if let identity, FileIdentity(path: path) == identity { FileIdentity.remove(path) }
  }
}
