import Instrumentation
import LinuxSystem

/// Listens for connections, and runs a task for each; made by `startServer`.
///
/// It belongs to its loop's thread. Sendable because every entry point checks that.
public final class Server: @unchecked Sendable {
  private let listeners: [Listener]
  private let loop: EventLoop

  init(_ listeners: [Listener], loop: EventLoop) {
    self.listeners = listeners
    self.loop = loop
  }

  /// Whether it listens.
  public var isServing: Bool { listeners.contains { $0.isOpen } }

  /// The port of the first address that it listens on.
  public var port: UInt16 { listeners[0].port }

  /// Stops to listen.
  ///
  /// Connections live on. Again, it does nothing.
  public func close() {
    loop.checkThread()
    for listener in listeners { listener.close() }
  }

  /// Waits until it was closed.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `CancelledError`; it is closed then.
  public nonisolated(nonsending) func serveForever(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancelledError) {
    loop.checkThread()
    defer { close() }
    for listener in listeners { try await listener.waitClosed(at: Probe.site(fileID, line)) }
  }
}

/// Listens on a host's addresses and runs a task for each connection.
///
/// When a task ends its connection is closed; an error that it throws goes to the exception
/// handler.
///
/// - Parameters:
///   - host: A name or an address; nil means every address of the machine.
///   - port: The port; 0 lets the kernel choose one: see `Server.port`.
///   - backlog: How many connections may wait to be accepted; those beyond try again after a
///     second.
///   - limit: The longest line of the readers, in bytes.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - serve: What a connection's task does.
/// - Returns: With which it can be closed. It listens already.
/// - Throws: `StreamError.cannotListen`.
public func startServer(
  host: String?, port: UInt16, backlog: Int = 1024, limit: Int = 65536,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  @_inheritActorContext
  _ serve: @escaping @Sendable @isolated(any) (StreamReader, StreamWriter) async throws -> Void
) throws(StreamError) -> Server {
  let loop = EventLoop.required(for: "startServer")
  let site = Probe.site(fileID, line, function)
  let addresses: [SocketAddress]
  do throws(AddressError) {
    addresses = try SocketAddress.resolve(host, port: port)
  } catch {
    throw .cannotListen("\(host ?? "*"):\(port)", reason: error.reason)
  }
  var listeners: [Listener] = []
  for address in addresses {
    do throws(Errno) {
      listeners.append(
        try Listener(address, loop: loop, backlog: backlog, limit: limit, site: site, serve))
    } catch {
      for listener in listeners { listener.close() }
      throw .cannotListen("\(address)", reason: "\(error)")
    }
  }
  return Server(listeners, loop: loop)
}
