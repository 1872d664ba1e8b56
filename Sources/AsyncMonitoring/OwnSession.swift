package import AsyncTopBus

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
