import Glibc

/// A program that this one started and will end.
public final class ChildProcess {
  private let process: ProcessHandle
  private var hasEnded = false

  /// Starts a program with the null device as its standard input and output.
  ///
  /// Its standard error is ours. It has a process group of its own, so that the terminal's
  /// interrupts reach only us.
  ///
  /// - Parameters:
  ///   - path: The executable.
  ///   - arguments: Without the program's name.
  /// - Throws: Why it could not be started.
  public init(path: String, arguments: [String]) throws(Errno) {
    let null = try FileDescriptor.null()
    var start = ProgramStart(path, arguments)
    start.streams = (null.number, null.number, nil)
    start.group = 0
    do throws(ProgramStartError) {
      process = try start.start()
    } catch {
      throw error.reason
    }
  }

  /// Its id.
  public var id: Int32 { process.id }

  /// Whether it still runs.
  ///
  /// One that has ended is taken off the kernel's list.
  public var isRunning: Bool {
    guard !hasEnded else { return false }
    do throws(Errno) {
      hasEnded = try process.reap() != nil
    } catch {
      hasEnded = true
    }
    return !hasEnded
  }

  /// Asks it to end, and makes it end if it has not within a second.
  public func stop() {
    guard isRunning else { return }
    try? process.send(SIGTERM)
    guard !Program.waitReadable(process.number, milliseconds: 1000) else { return }
    try? process.send(SIGKILL)
    Program.waitReadable(process.number, milliseconds: -1)
  }

  deinit {
    stop()
    _ = isRunning
  }
}
