import CAsyncTopLinux
import Glibc

/// A program that this one started and whose end it waits for.
public final class ChildProcess {
  private let process: ProcessHandle
  private var isReaped = false
  /// How it has ended; nil while it runs, as far as ``isRunning`` has found out.
  public private(set) var end: ProcessEnd?

  /// Takes over a program that was started.
  public init(_ process: ProcessHandle) {
    self.process = process
  }

  /// Starts a program with the null device as its standard input and output.
  ///
  /// Its standard error is ours. It has a process group of its own, so that the terminal's
  /// interrupts reach only us.
  ///
  /// - Parameters:
  ///   - path: The executable.
  ///   - arguments: Without the program's name.
  /// - Throws: Why it could not be started.
  public convenience init(path: String, arguments: [String]) throws(Errno) {
    let null = try FileDescriptor.null()
    var start = ProgramStart(path, arguments)
    start.streams = (null.number, null.number, nil)
    start.group = 0
    do throws(ProgramStartError) {
      self.init(try start.start())
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
    guard !isReaped else { return false }
    do throws(Errno) {
      end = try process.reap()
      isReaped = end != nil
    } catch {
      isReaped = true
    }
    return !isReaped
  }

  /// Waits until it has ended, or for some time.
  ///
  /// - Parameter milliseconds: The limit; below 0 for ever.
  /// - Returns: Whether it has ended.
  @discardableResult
  public func waitForEnd(milliseconds: Int32) -> Bool {
    if isRunning { Program.waitReadable(process.number, milliseconds: milliseconds) }
    return !isRunning
  }

  /// Sends it a signal, unless it has ended.
  public func send(_ signal: Int32) {
    if isRunning { try? process.send(signal) }
  }

  /// From now on, what asks this program to end, or tells it something, is handed on to the child.
  ///
  /// - Parameter sharesTerminal: Whether the terminal sends its signals to the child too; then only
  ///   those of other programs are handed on.
  public func receivesOurSignals(sharesTerminal: Bool) {
    linux_forward_signals(process.number, !sharesTerminal)
  }

  /// Asks it to end, and makes it end if it has not within a second.
  public func stop() {
    send(SIGTERM)
    guard !waitForEnd(milliseconds: 1000) else { return }
    send(SIGKILL)
    waitForEnd(milliseconds: -1)
  }
}
