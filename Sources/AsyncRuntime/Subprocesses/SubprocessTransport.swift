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

  /// Closes its pipes, after what is buffered for its standard input, and kills it if it runs.
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

/// What a subprocess transport calls.
///
/// `connectionMade` comes first and `connectionLost` last: when the process has ended and all its
/// pipes are closed. `pauseWriting` and `resumeWriting` are for its standard input.
public protocol SubprocessProtocol: BaseProtocol {
  /// The transport is there.
  ///
  /// Once, and first of all calls.
  ///
  /// - Parameter transport: The transport that calls it, and through which the program is reached.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func connectionMade(_ transport: SubprocessTransport) throws

  /// The process has written something.
  ///
  /// - Parameters:
  ///   - descriptor: 1 for its standard output, 2 for its standard error.
  ///   - data: The bytes, at least one.
  /// - Throws: What goes to the exception handler; the pipe is closed then.
  func pipeDataReceived(_ descriptor: Int32, _ data: [UInt8]) throws

  /// A pipe is closed.
  ///
  /// - Parameters:
  ///   - descriptor: 0, 1 or 2.
  ///   - error: Why; nil if it was closed on either side.
  /// - Throws: What goes to the exception handler.
  func pipeConnectionLost(_ descriptor: Int32, _ error: (any Error)?) throws

  /// The process has ended.
  ///
  /// Its pipes may still be open, or closed already.
  ///
  /// - Throws: What goes to the exception handler.
  func processExited() throws
}

extension SubprocessProtocol {
  /// Does nothing.
  public func pipeDataReceived(_ descriptor: Int32, _ data: [UInt8]) throws {}

  /// Does nothing.
  public func pipeConnectionLost(_ descriptor: Int32, _ error: (any Error)?) throws {}

  /// Does nothing.
  public func processExited() throws {}
}

extension EventLoop {
  /// Starts a program, and lets a protocol have what it writes.
  ///
  /// - Parameters:
  ///   - program: Its path, or its name.
  ///   - arguments: Its arguments, without its name.
  ///   - stdin: Its standard input.
  ///   - stdout: Its standard output.
  ///   - stderr: Its standard error.
  ///   - options: Everything else.
  ///   - makeProtocol: Makes the protocol, once the program runs. If it throws, that is killed.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`, as `createSubprocessExec`; what `makeProtocol` throws.
  @discardableResult
  public func subprocessExec<Made: SubprocessProtocol>(
    _ program: String, _ arguments: [String] = [], stdin: Subprocess.Input = .pipe,
    stdout: Subprocess.Output = .pipe, stderr: Subprocess.ErrorOutput = .pipe,
    options: SubprocessOptions = SubprocessOptions(), fileID: StaticString = #fileID,
    line: UInt32 = #line, _ makeProtocol: () throws -> Made
  ) throws -> (transport: SubprocessTransport, protocol: Made) {
    let launch = try SubprocessLaunch(
      SubprocessLaunch.Command(program: program, arguments: arguments), stdin, stdout, stderr,
      options, on: self, at: CallSite(fileID, line))
    return try start(launch, makeProtocol)
  }

  /// Starts a line of commands in the shell, `/bin/sh`, and lets a protocol have what it writes.
  ///
  /// - Parameters:
  ///   - command: The line.
  ///   - stdin: The shell's standard input.
  ///   - stdout: Its standard output.
  ///   - stderr: Its standard error.
  ///   - options: Everything else.
  ///   - makeProtocol: Makes the protocol, once the shell runs. If it throws, that is killed.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`, as `createSubprocessShell`; what `makeProtocol` throws.
  @discardableResult
  public func subprocessShell<Made: SubprocessProtocol>(
    _ command: String, stdin: Subprocess.Input = .pipe, stdout: Subprocess.Output = .pipe,
    stderr: Subprocess.ErrorOutput = .pipe, options: SubprocessOptions = SubprocessOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line, _ makeProtocol: () throws -> Made
  ) throws -> (transport: SubprocessTransport, protocol: Made) {
    let launch = try SubprocessLaunch(
      SubprocessLaunch.Command(shell: command), stdin, stdout, stderr, options, on: self,
      at: CallSite(fileID, line))
    return try start(launch, makeProtocol)
  }

  private func start<Made: SubprocessProtocol>(
    _ launch: SubprocessLaunch, _ makeProtocol: () throws -> Made
  ) throws -> (transport: SubprocessTransport, protocol: Made) {
    do {
      let made = try makeProtocol()
      return (SubprocessTransport(launch, made), made)
    } catch {
      launch.abandon()
      throw error
    }
  }
}

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
