import AsyncTopBus

extension Subprocess {
  /// Starts a program.
  ///
  ///     let (output, _, status) = try await Subprocess("ls", ["-l"], stdout: .pipe).communicate()
  ///
  /// The thread waits until the program runs or has failed to: it is executed in a process made as
  /// by vfork(2), so that the size of this one does not matter. The program gets the descriptors
  /// named here and no others, no signal is blocked in it, and signals that have a handler here do
  /// there what they do by default. So does `SIGPIPE`; others that are ignored stay so.
  ///
  /// - Parameters:
  ///   - program: Its path; or its name, which is looked up in `PATH`, that of
  ///     `options.environment` if there is one.
  ///   - arguments: Its arguments, without its name.
  ///   - stdin: Its standard input.
  ///   - stdout: Its standard output.
  ///   - stderr: Its standard error.
  ///   - options: Everything else.
  /// - Throws: `IOError`: what failed, for which program, and why, such as `noSuchFile`; no process
  ///   is left behind then.
  public convenience init(
    _ program: String, _ arguments: [String] = [], stdin: Input = .inherited,
    stdout: Output = .inherited, stderr: ErrorOutput = .inherited,
    options: SubprocessOptions = SubprocessOptions(), fileID: StaticString = #fileID,
    line: UInt32 = #line, function: StaticString = #function
  ) throws(IOError) {
    let launch = try SubprocessLaunch(
      SubprocessLaunch.Command(program: program, arguments: arguments), stdin, stdout, stderr,
      options, on: EventLoop.required(for: "Subprocess", fileID, line),
      at: CallSite(fileID, line, function))
    self.init(launch, lineLimit: options.lineLimit)
  }

  /// Starts a line of commands in the shell, `/bin/sh`.
  ///
  /// What comes from elsewhere must not get into the line: its writer would command the shell.
  ///
  /// - Parameters:
  ///   - command: The line.
  ///   - stdin: The shell's standard input.
  ///   - stdout: Its standard output.
  ///   - stderr: Its standard error.
  ///   - options: Everything else.
  /// - Throws: `IOError`, as for a program. That a command is not found is for the shell to say, by
  ///   exiting with 127.
  public convenience init(
    shell command: String, stdin: Input = .inherited, stdout: Output = .inherited,
    stderr: ErrorOutput = .inherited, options: SubprocessOptions = SubprocessOptions(),
    fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function
  ) throws(IOError) {
    let launch = try SubprocessLaunch(
      SubprocessLaunch.Command(shell: command), stdin, stdout, stderr, options,
      on: EventLoop.required(for: "Subprocess", fileID, line),
      at: CallSite(fileID, line, function))
    self.init(launch, lineLimit: options.lineLimit)
  }
}

/// Starts a program: asyncio's name for `Subprocess(_:_:)`, which says more.
///
/// Unlike asyncio's this does not have to be awaited.
///
/// - Parameters:
///   - program: Its path, or its name.
///   - arguments: Its arguments, without its name.
///   - stdin: Its standard input.
///   - stdout: Its standard output.
///   - stderr: Its standard error.
///   - options: Everything else.
/// - Returns: The program, which runs.
/// - Throws: `IOError`.
public func createSubprocessExec(
  _ program: String, _ arguments: [String] = [], stdin: Subprocess.Input = .inherited,
  stdout: Subprocess.Output = .inherited, stderr: Subprocess.ErrorOutput = .inherited,
  options: SubprocessOptions = SubprocessOptions(), fileID: StaticString = #fileID,
  line: UInt32 = #line, function: StaticString = #function
) throws(IOError) -> Subprocess {
  try Subprocess(
    program, arguments, stdin: stdin, stdout: stdout, stderr: stderr, options: options,
    fileID: fileID, line: line, function: function)
}

/// Starts a line of commands in the shell: asyncio's name for `Subprocess(shell:)`, which says
/// more.
///
/// - Parameters:
///   - command: The line.
///   - stdin: The shell's standard input.
///   - stdout: Its standard output.
///   - stderr: Its standard error.
///   - options: Everything else.
/// - Returns: The shell, which runs.
/// - Throws: `IOError`.
public func createSubprocessShell(
  _ command: String, stdin: Subprocess.Input = .inherited,
  stdout: Subprocess.Output = .inherited, stderr: Subprocess.ErrorOutput = .inherited,
  options: SubprocessOptions = SubprocessOptions(), fileID: StaticString = #fileID,
  line: UInt32 = #line, function: StaticString = #function
) throws(IOError) -> Subprocess {
  try Subprocess(
    shell: command, stdin: stdin, stdout: stdout, stderr: stderr, options: options,
    fileID: fileID, line: line, function: function)
}

/// How a subprocess is started.
public struct SubprocessOptions: Sendable {
  /// All its variables; nil for those of this process.
  public var environment: [String: String]?
  /// Its working directory, from which also a relative path of the program is looked up; nil for
  /// that of this process.
  public var workingDirectory: String?
  /// Whether it begins a session, without a terminal, and so a process group.
  public var startsNewSession: Bool
  /// The process group that it joins: 0 for one of its own; nil for that of this process.
  ///
  /// A terminal sends the signals of its keys to a whole group.
  public var processGroup: Int32?
  /// Open files that it keeps, by their numbers, besides the standard streams.
  ///
  /// It gets no others, whether or not they are closed on exec.
  public var passedDescriptors: [Int32]
  /// The longest line of its readers, in bytes.
  public var lineLimit: Int

  /// Makes options.
  ///
  /// - Parameters:
  ///   - environment: All its variables; nil for those of this process.
  ///   - workingDirectory: Where it works; nil for where this process does.
  ///   - startsNewSession: Whether it begins a session.
  ///   - processGroup: The group that it joins, 0 for one of its own; nil for that of this process.
  ///   - passedDescriptors: Open files that it keeps besides the standard streams.
  ///   - lineLimit: The longest line of its readers, in bytes.
  public init(
    environment: [String: String]? = nil, workingDirectory: String? = nil,
    startsNewSession: Bool = false, processGroup: Int32? = nil, passedDescriptors: [Int32] = [],
    lineLimit: Int = StreamReader.usualLineLimit
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.startsNewSession = startsNewSession
    self.processGroup = processGroup
    self.passedDescriptors = passedDescriptors
    self.lineLimit = lineLimit
  }
}

extension Subprocess {
  /// From where a subprocess gets its standard input.
  @nonexhaustive
  public enum Input: Sendable {
    /// From where this process does.
    case inherited
    /// There is nothing to read.
    case null
    /// From `Subprocess.stdin`.
    case pipe
    /// From an open file, by its number, which stays open here.
    case descriptor(Int32)
    /// From the standard output or error of another subprocess, without a detour through this
    /// process.
    ///
    /// Nothing may have been read from the stream. It is closed here, so that the other subprocess
    /// notices if this one stops to read.
    case output(StreamReader)
  }

  /// Where a subprocess has its standard output.
  @nonexhaustive
  public enum Output: Sendable {
    /// Where this process has it.
    case inherited
    /// Nowhere.
    case null
    /// It comes to `Subprocess.stdout`.
    case pipe
    /// In an open file, by its number, which stays open here.
    case descriptor(Int32)
  }

  /// Where a subprocess has its standard error.
  @nonexhaustive
  public enum ErrorOutput: Sendable {
    /// Where this process has it.
    case inherited
    /// Nowhere.
    case null
    /// It comes to `Subprocess.stderr`.
    case pipe
    /// In an open file, by its number, which stays open here.
    case descriptor(Int32)
    /// Where its standard output is.
    case standardOutput
  }
}
