package import AsyncTopBus

/// This process, looked at from inside.
package enum OwnSession {
  /// Exposes the process and looks at it.
  ///
  /// - Throws: `notExposed` if it can't be watched.
  package static func open() throws(MonitorError) -> LiveSession {
    guard AsyncMonitor.expose(), let session = LiveSession(ownProcess: ()) else {
      throw MonitorError(
        .notExposed,
        "this process can't be watched: \(AsyncMonitor.exposureProblem ?? "it has no region")")
    }
    return session
  }
}
