import CTaskProbe

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
  /// - Returns: Whether the process can be watched: not with `ASYNCTOP=off` in its environment, nor
  ///   if the kernel gives no shared memory.
  @discardableResult
  public static func expose() -> Bool {
    tp_start()
  }

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
}
