import AsyncTopBus
import AsyncTopLinux

/// A program that this one has started: what asyncio's `Process` is.
///
/// It goes on if this object has no reference any more, and is taken off the kernel's list when it
/// has ended, as long as its loop runs. It is not killed then, as asyncio's is; pipes to and from
/// it close with their streams. Its loop sees its end by a pidfd: there is no thread for it and no
/// `SIGCHLD` handler.
///
/// It belongs to its loop's thread. Sendable because every entry point checks that.
public final class Subprocess: @unchecked Sendable {
  let watch: ChildWatch
  /// Writes to its standard input, if that is a pipe.
  ///
  /// Once it reads no more, `drain()` throws `IOError` with `brokenPipe`; there is no SIGPIPE.
  public let stdin: StreamWriter?
  /// Reads its standard output, if that is a pipe.
  public let stdout: StreamReader?
  /// Reads its standard error, if that is a pipe.
  public let stderr: StreamReader?

  init(_ launch: SubprocessLaunch, lineLimit: Int) {
    watch = launch.watch
    stdin = launch.stdin.map { StreamWriter($0) }
    stdout = launch.stdout.map { StreamReader($0, lineLimit: lineLimit) }
    stderr = launch.stderr.map { StreamReader($0, lineLimit: lineLimit) }
  }

  /// Its process id.
  ///
  /// Once it has ended, the kernel may give the number to another process.
  public var pid: Int32 { watch.id }

  /// What people call it, such as `pid 4711 sort`.
  public var name: String { watch.name }

  /// How it has ended; nil as long as the loop has not seen that.
  public var status: ExitStatus? { watch.status }

  /// The same as asyncio's number: the code it exited with, or minus the signal that killed it.
  public var returnCode: Int32? { watch.status?.returnCode }

  /// Waits until it has ended, if it has not.
  ///
  /// Any number of tasks may wait. Pipes don't matter: those that are still held by processes that
  /// it has started in turn do not keep this waiting, as they do in asyncio. A program that writes
  /// to a pipe that is not read never ends; see `communicate`.
  ///
  /// - Returns: How it has ended.
  /// - Throws: `CancellationError`; it goes on then.
  @discardableResult
  public nonisolated(nonsending) func wait(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) -> ExitStatus {
    if watch.loop.isAway(#isolation) {
      return try await watch.loop.atHome { () throws(CancellationError) in
        try await self.wait(fileID: fileID, line: line)
      }
    }
    return try await watch.wait(at: Probe.site(fileID, line))
  }

  /// Sends it a signal.
  ///
  /// To this process and no other that the kernel may have given the same number meanwhile.
  ///
  /// - Parameter signal: Such as `SIGHUP`.
  /// - Returns: Whether it was sent; false if the process has ended.
  /// - Throws: `IOError`, with `notPermitted` for a program that runs as another user, or
  ///   `invalidArgument` for what is no signal.
  @discardableResult
  public func sendSignal(_ signal: Int32) throws(IOError) -> Bool {
    watch.loop.checkThread()
    return try watch.send(signal)
  }

  /// Asks it to end, by SIGTERM.
  ///
  /// - Returns: Whether it was asked; false if it has ended.
  /// - Throws: `IOError`, as of `sendSignal`.
  @discardableResult
  public func terminate() throws(IOError) -> Bool {
    try sendSignal(ProcessSignals.terminate)
  }

  /// Ends it at once, by SIGKILL.
  ///
  /// - Returns: Whether it was killed; false if it has ended.
  /// - Throws: `IOError`, as of `sendSignal`.
  @discardableResult
  public func kill() throws(IOError) -> Bool {
    try sendSignal(ProcessSignals.kill)
  }
}

extension Subprocess: CustomStringConvertible {
  /// For people: `Subprocess(pid 4711 sort, running)`.
  ///
  /// On another thread than the loop's only the name.
  public var description: String { watch.description(of: "Subprocess") }
}

/// How a subprocess has ended.
@nonexhaustive
public enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
  /// It exited, with a code from 0 to 255; 0 means success.
  case exited(Int32)
  /// A signal killed it.
  case killed(by: Int32)
  /// It has ended, but something else in this process has asked the kernel for its status first, or
  /// ignores `SIGCHLD`.
  case unknown

  init(_ end: ProcessEnd) {
    switch end {
    case .exited(let code): self = .exited(code)
    case .killed(let signal): self = .killed(by: signal)
    }
  }

  /// Whether it exited with 0.
  public var isSuccess: Bool { self == .exited(0) }

  /// The number that asyncio has for it: the code it exited with, minus the signal that killed it,
  /// or 255 if it is unknown.
  public var returnCode: Int32 {
    switch self {
    case .exited(let code): code
    case .killed(let signal): -signal
    case .unknown: 255
    }
  }

  /// For people: `exited with 1`, `killed by TERM`.
  public var description: String {
    switch self {
    case .exited(let code): "exited with \(code)"
    case .killed(let signal): "killed by \(ProcessSignals.name(of: signal))"
    case .unknown: "ended, nobody knows how"
    }
  }
}
