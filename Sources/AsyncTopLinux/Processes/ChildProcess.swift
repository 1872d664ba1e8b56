import CAsyncTopLinux
import Glibc
import Synchronization

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

  /// The kernel's number of a descriptor that can be read from once it has ended.
  public var descriptor: CInt { process.number }

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

/// A child process, by a descriptor that stands for it and no other: a pidfd, pidfd_open(2).
///
/// The kernel keeps what became of the process until `reap` has asked for it.
public final class ProcessHandle: Sendable {
  /// Its id.
  public let id: Int32
  private let descriptor: FileDescriptor

  init(id: Int32, owning number: CInt) {
    self.id = id
    descriptor = FileDescriptor(owning: number)
  }

  /// The kernel's number of the descriptor, which can be read from once the process has ended.
  public var number: CInt { descriptor.number }

  /// Sends it a signal.
  ///
  /// - Throws: `noSuchProcess` if it has ended, `notPermitted`, `invalidArgument` for what is no
  ///   signal.
  public func send(_ signal: Int32) throws(Errno) {
    guard linux_send_signal(number, signal) == 0 else { throw Errno.last }
  }

  /// How it has ended, asked for once.
  ///
  /// - Returns: Nil while it runs.
  /// - Throws: `noChild` if somebody else in this process has asked before.
  public func reap() throws(Errno) -> ProcessEnd? {
    var code: CInt = 0
    switch unsafe linux_reap(number, &code) {
    case 0: return nil
    case 1: return .exited(code)
    case 2: return .killed(code)
    default: throw Errno.last
    }
  }
}

/// How a process has ended.
public enum ProcessEnd: Hashable, Sendable {
  /// It exited, with a code from 0 to 255.
  case exited(Int32)
  /// A signal killed it.
  case killed(Int32)
}

/// Child processes that nobody waits for any more, so that they don't stay on the kernel's list
/// after their end for as long as this process lives.
///
/// 1. From any thread: the list is only touched under its lock.
/// 2. One thread takes them off the kernel's list. It lives while the list has any; `isWatched`
///    says whether it does, and whoever sets it starts it.
public enum AbandonedProcesses {
  private struct State {
    var processes: [ProcessHandle] = []
    var isWatched = false
  }

  private static let state = Mutex(State())

  /// Takes over a process that may still run.
  public static func add(_ process: ProcessHandle) {
    let needsThread = state.withLock { state in
      state.processes.append(process)
      defer { state.isWatched = true }
      return !state.isWatched
    }
    guard needsThread else { return }
    do throws(Errno) {
      _ = try BackgroundThread(name: "reaper", watch)
    } catch {
      // No thread to be had: the next one that is added tries again.
      state.withLock { $0.isWatched = false }
    }
  }

  // Looks at all of them when the oldest has ended, and twice a second.
  private static func watch() {
    while let oldest = reap() { Program.waitReadable(oldest.number, milliseconds: 500) }
  }

  // Returns the oldest that still runs.
  private static func reap() -> ProcessHandle? {
    state.withLock { state in
      state.processes.removeAll { process in
        do throws(Errno) {
          return try process.reap() != nil
        } catch {
          return true
        }
      }
      if state.processes.isEmpty { state.isWatched = false }
      return state.processes.first
    }
  }
}
