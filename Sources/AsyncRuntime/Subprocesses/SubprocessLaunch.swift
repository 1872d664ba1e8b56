import AsyncTopLinux

/// Starts a program and connects it to a loop.
struct SubprocessLaunch {
  let watch: ChildWatch
  /// This process's ends of its standard streams, where they are pipes.
  let stdin: Connection?
  let stdout: Connection?
  let stderr: Connection?

  /// What is to be started.
  struct Command {
    var program: String
    var arguments: [String]
    /// What people call it.
    var name: String

    init(program: String, arguments: [String]) {
      self.program = program
      self.arguments = arguments
      name = String(program.split(separator: "/").last ?? "")
    }

    /// A line for the shell.
    init(shell line: String) {
      self.init(program: "/bin/sh", arguments: ["-c", line])
      name = line
    }
  }

  init(
    _ command: Command, _ input: Subprocess.Input, _ output: Subprocess.Output,
    _ errors: Subprocess.ErrorOutput, _ options: SubprocessOptions, on loop: EventLoop,
    at site: CallSite
  ) throws(IOError) {
    loop.checkThread()
    loop.checkOpen()
    let pipes: StandardPipes
    do throws(Errno) {
      pipes = try StandardPipes(input, output, errors)
    } catch {
      throw site.error(error, "make pipes for", command.name)
    }
    let process = try Self.start(command, pipes, options, at: site)
    pipes.wereTaken()
    do throws(Errno) {
      let watch = try ChildWatch(process, command: command.name, on: loop, at: site)
      self.watch = watch
      var ends: [Connection?] = []
      do throws(Errno) {
        ends.append(try watch.pipe("stdin", isWriteOnly: true, pipes.takeInput(), at: site))
        ends.append(try watch.pipe("stdout", pipes.takeOutput(), at: site))
        ends.append(try watch.pipe("stderr", pipes.takeErrors(), at: site))
      } catch {
        Self.abandon(watch, ends)
        throw error
      }
      (stdin, stdout, stderr) = (ends[0], ends[1], ends[2])
    } catch {
      throw site.error(error, "watch", command.name)
    }
  }

  /// Kills the process, since it has no owner.
  func abandon() {
    Self.abandon(watch, [stdin, stdout, stderr])
  }

  private static func abandon(_ watch: ChildWatch, _ ends: [Connection?]) {
    _ = try? watch.send(ProcessSignals.kill)
    for end in ends { end?.abort() }
  }

  private static func start(
    _ command: Command, _ pipes: StandardPipes, _ options: SubprocessOptions, at site: CallSite
  ) throws(IOError) -> ProcessHandle {
    var start = ProgramStart(command.program, command.arguments)
    start.environment = options.environment
    start.directory = options.workingDirectory
    start.streams = pipes.streams
    start.kept = options.passedDescriptors
    start.beginsSession = options.startsNewSession
    start.group = options.processGroup
    do throws(ProgramStartError) {
      return try start.start()
    } catch {
      let operation =
        switch error.step {
        case .words: "hand over the arguments of"
        case .create: "create a process for"
        case .session: "begin a session for"
        case .group: "set the process group of"
        case .directory: "enter \(options.workingDirectory ?? "") for"
        case .descriptors: "set the descriptors of"
        case .execute: "execute"
        }
      throw site.error(error.reason, operation, command.name)
    }
  }
}

extension ChildWatch {
  fileprivate func pipe(
    _ stream: String, isWriteOnly: Bool = false, _ end: consuming FileDescriptor?,
    at site: CallSite
  ) throws(Errno) -> Connection? {
    guard let end = consume end else { return nil }
    return try Connection(
      end, .named("\(name) \(stream)"), isSocket: false, isWriteOnly: isWriteOnly, on: loop,
      at: site)
  }
}
