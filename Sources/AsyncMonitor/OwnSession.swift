import Instrumentation

/// This process, looked at from inside.
enum OwnSession {
  /// Exposes the process and looks at it.
  ///
  /// - Throws: `notExposed` if it can't be watched.
  static func open() throws(MonitorError) -> LiveSession {
    guard AsyncMonitor.expose(), let session = LiveSession(ownProcess: ()) else {
      throw MonitorError(
        .notExposed,
        "this process can't be watched: \(AsyncMonitor.exposureProblem ?? "it has no region")")
    }
    return session
  }
}
