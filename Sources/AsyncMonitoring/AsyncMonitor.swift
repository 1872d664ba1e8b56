package import AsyncTopBus
public import AsyncTopLinux
import CAsyncTopProbe

/// What an app calls to be watched.
///
/// ```swift
/// @main struct Service {
///   static func main() async throws {
///     AsyncMonitor.expose()
///     try await serve()
///   }
/// }
/// ```
public enum AsyncMonitor {
  /// Lets asynctop look at this process: at its native Swift tasks, on any executor, and at what
  /// runs on AsyncRuntime, which calls this by itself.
  ///
  /// Call it first thing: tasks that exist already are listed when they next run, without the place
  /// of their creation. There is no server and no thread; the process writes to shared memory of
  /// its own, which the kernel shows to the same user and root. Calling it again does nothing.
  ///
  /// With `ASYNCTOP_RECORD=s.asyncrec` in the environment it also records the process, as
  /// ``record(to:maximumSize:keeping:)`` does; see ``environmentRecorder``.
  ///
  /// - Returns: Whether the process can be watched: not with `ASYNCTOP=off` in its environment, nor
  ///   if the kernel gives no shared memory.
  @discardableResult
  public static func expose() -> Bool {
    let isVisible = makeVisible()
    // Once: it is made with the first look.
    _ = environmentRecorder
    return isVisible
  }

  static func makeVisible() -> Bool { tp_start() }

  /// The recording that the environment asked for, which ``expose()`` has begun; nil if it did not
  /// ask.
  ///
  /// `ASYNCTOP_RECORD` has the file, `ASYNCTOP_RECORD_SIZE` its greatest size, such as `500M`, and
  /// `ASYNCTOP_RECORD_KEEPING` how many of the earlier ones stay. A process that this one starts
  /// has the same environment: if it is exposed too, its recording takes the name, and this one
  /// goes on under a number. With a size or a number that can't be read nothing is recorded, and a
  /// line on standard error says so.
  public static let environmentRecorder = SessionRecorder(variables: RecordingVariables())

  /// Why ``expose()`` returned false; nil if it did not, or was not called.
  public static var exposureProblem: String? {
    guard let reason = unsafe tp_start_failure() else { return nil }
    return unsafe String(cString: reason)
  }

  /// Labels this moment: recordings made now keep it as a mark that playback can jump to.
  ///
  /// Does nothing before ``expose()``. Each label takes some bytes of the region's string table;
  /// when that is full, marks have no text.
  public static func mark(_ label: String) {
    unsafe label.withCString { unsafe tp_mark($0) }
  }

  /// Starts to record this process into a file that `asynctop play` shows.
  ///
  /// A service can do so at each of its starts. An earlier recording is not lost: `s.asyncrec` is
  /// renamed to `s.1.asyncrec`, the one after it to `s.2.asyncrec`, and so on. That nothing can be
  /// recorded, such as with `ASYNCTOP=off` in the environment or on a full disk, does not end the
  /// process: a line on standard error says so, and the recorder's ``SessionRecorder/status``.
  ///
  /// - Parameters:
  ///   - path: The file, `.asyncrec` by custom; only its owner may read it. No symbolic link at its
  ///     end is followed, and what is no regular file is left alone.
  ///   - maximumSize: The recording ends before it has more bytes, and its status says so; nil for
  ///     no limit.
  ///   - keeping: How many of the earlier recordings stay; the earliest are removed. Nil for all, 0
  ///     to replace the file.
  /// - Returns: The recorder. It goes on until it is stopped, also if it is dropped.
  @discardableResult
  public static func record(
    to path: String, maximumSize: UInt64? = nil, keeping: Int? = nil
  ) -> SessionRecorder {
    SessionRecorder(path: path, maximumSize: maximumSize, keeping: keeping)
  }

  /// Writes the task tree to standard error whenever a signal comes.
  ///
  /// In a process that can't be watched, such as with `ASYNCTOP=off` in its environment, the signal
  /// is handled too, and a line says why there is no tree: it does not end the process.
  ///
  /// - Parameter signal: Such as `SIGUSR1`; one that the app does not handle itself.
  /// - Returns: Gives the signal back when it is stopped. It goes on if it is dropped.
  /// - Throws: `signal` if the signal has a handler or can't have one.
  @discardableResult
  public static func dumpTaskTree(
    whenSignalled signal: Int32
  ) throws(MonitorError) -> TaskTreeDump {
    try TaskTreeDump(on: signal)
  }

  /// The task tree of this process as text, as an endpoint for operators shows it.
  ///
  /// It reads the process's own tables and, the first time, its debug information, which takes
  /// from some milliseconds to a second and blocks the calling thread. The text has names that the
  /// app gave, and where its functions are: it is not for everybody.
  ///
  /// - Returns: The text; nil if the process can't be watched: see ``exposureProblem``.
  public static func taskTree() -> String? {
    expose() ? TaskTreeDump.text() : nil
  }
}

/// Why something of the monitor could not be started, and what to do about it.
public struct MonitorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of reasons.
  @nonexhaustive
  public enum Code: String, Hashable, Sendable {
    /// The process is not exposed and can't be: `ASYNCTOP=off`, or no shared memory.
    case notExposed
    /// The recording can't be written.
    case recording
    /// The terminal can't be used.
    case terminal
    /// The signal can't be used.
    case signal
  }

  /// The kind of reason.
  public let code: Code
  /// What is wrong and what to do.
  public let message: String
  /// The system call's reason, if one failed.
  public let cause: Errno?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: Errno? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  public var description: String { message }
}

/// This process, looked at from inside.
package enum OwnSession {
  /// Exposes the process and looks at it.
  ///
  /// - Throws: `notExposed` if it can't be watched.
  package static func open() throws(MonitorError) -> LiveSession {
    // Without the recording that the environment asks for, which opens a session itself.
    guard AsyncMonitor.makeVisible(), let session = LiveSession(ownProcess: ()) else {
      throw MonitorError(
        .notExposed,
        "this process can't be watched: \(AsyncMonitor.exposureProblem ?? "it has no region")")
    }
    return session
  }
}
