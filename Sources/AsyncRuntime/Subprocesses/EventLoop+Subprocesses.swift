import AsyncTopLinux

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
