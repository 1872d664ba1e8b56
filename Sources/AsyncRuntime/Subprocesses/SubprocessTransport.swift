import AsyncTopLinux

/// A program that this one has started, and that calls a protocol.
///
/// It stays alive until the program has ended and its pipes are closed. It belongs to its loop's
/// thread. Sendable because every entry point checks that.
public final class SubprocessTransport: BaseTransport, @unchecked Sendable {
  private(set) var receiver: any SubprocessProtocol
  private let watch: ChildWatch
  private var pipes: [Transport?] = [nil, nil, nil]
  private var openPipes = 0
  private var hasEnded = false
  /// Whether it was closed.
  public private(set) var isClosing = false

  init(_ launch: SubprocessLaunch, _ receiver: any SubprocessProtocol) {
    self.receiver = receiver
    watch = launch.watch
    watch.whenEnded = { [self] in
      defer { endIfOver() }
      try self.receiver.processExited()
    }
    call { try receiver.connectionMade(self) }
    for (index, connection) in [launch.stdin, launch.stdout, launch.stderr].enumerated() {
      guard let connection else { continue }
      openPipes += 1
      pipes[index] = Transport.start(
        connection, SubprocessPipe(Int32(index), of: self), isNew: true)
    }
  }

  /// What people call it, such as `pid 4711 sort`.
  public var name: String { watch.name }

  /// Its process id.
  public var pid: Int32 { watch.id }

  /// How it has ended; nil as long as the loop has not seen that.
  public var status: ExitStatus? { watch.status }

  /// The same as asyncio's number: the code it exited with, or minus the signal that killed it.
  public var returnCode: Int32? { watch.status?.returnCode }

  /// The protocol that it calls; once that was told that all is over, one that does nothing.
  ///
  /// Another one that is set is called from then on. It is not told that the connection was made.
  /// Once all is over, to set it does nothing.
  public var `protocol`: any SubprocessProtocol {
    get { receiver }
    set {
      watch.loop.checkThread()
      if receiver !== EndedProtocol.shared { receiver = newValue }
    }
  }

  /// The transport of one of its pipes.
  ///
  /// - Parameter descriptor: 0, 1 or 2.
  /// - Returns: Nil if it is no pipe, or was not made yet, and once all is over.
  public func pipeTransport(_ descriptor: Int32) -> Transport? {
    pipes.indices.contains(Int(descriptor)) ? pipes[Int(descriptor)] : nil
  }

  /// Sends it a signal.
  ///
  /// - Parameter signal: Such as `SIGHUP`.
  /// - Returns: Whether it was sent; false if the process has ended.
  /// - Throws: `IOError`, as of `Subprocess.sendSignal`.
  @discardableResult
  public func sendSignal(_ signal: Int32) throws(IOError) -> Bool {
    watch.loop.checkThread()
    return try watch.send(signal)
  }

  /// Asks it to end, by SIGTERM.
  ///
  /// - Returns: Whether it was asked; false if it has ended.
  /// - Throws: `IOError`, as of `Subprocess.sendSignal`.
  @discardableResult
  public func terminate() throws(IOError) -> Bool {
    try sendSignal(ProcessSignals.terminate)
  }

  /// Ends it at once, by SIGKILL.
  ///
  /// - Returns: Whether it was killed; false if it has ended.
  /// - Throws: `IOError`, as of `Subprocess.sendSignal`.
  @discardableResult
  public func kill() throws(IOError) -> Bool {
    try sendSignal(ProcessSignals.kill)
  }

  /// Closes its pipes, after what is kept for its standard input, and kills it if it runs.
  ///
  /// Again, it does nothing.
  public func close() {
    watch.loop.checkThread()
    guard !isClosing else { return }
    isClosing = true
    for pipe in pipes { pipe?.close() }
    // Fails for what runs as another user: that has lost its pipes at least.
    _ = try? watch.send(ProcessSignals.kill)
  }

  func pipeEnded() {
    openPipes -= 1
    endIfOver()
  }

  // Two things end it, of which the last is told.
  private func endIfOver() {
    guard openPipes == 0, watch.status != nil, !hasEnded else { return }
    hasEnded = true
    isClosing = true
    watch.loop.callSoon { [self] in
      defer {
        receiver = EndedProtocol.shared
        pipes = [nil, nil, nil]
      }
      try receiver.connectionLost(nil)
    }
  }

  private func call(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      watch.loop.report(
        ExceptionContext(
          message: "A protocol of \(name) failed.", error: error, site: watch.site.text))
      close()
    }
  }
}

extension SubprocessTransport {
  /// For people: `SubprocessTransport(pid 4711 sort, running)`.
  ///
  /// On another thread than the loop's only the name.
  public var description: String { watch.description(of: "SubprocessTransport") }
}
