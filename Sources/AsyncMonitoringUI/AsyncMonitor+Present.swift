@_exported public import AsyncMonitoring
import AsyncTopLinux

extension AsyncMonitor {
  /// Shows the dashboard of this process, and gives the terminal back when the user leaves.
  ///
  /// The dashboard runs on a thread of its own, so it also shows an app whose loop is blocked. What
  /// the app writes to the same terminal meanwhile disturbs the picture until C-l. The app's signal
  /// handlers are as they were afterwards. Cancelling the calling task has no effect.
  ///
  /// - Parameters:
  ///   - terminal: Where.
  ///   - theme: As `asynctop themes` lists them.
  /// - Throws: Why there can be no dashboard: the process is not exposed, or that is no terminal.
  public static func present(
    on terminal: MonitorTerminal = .current, theme: String = "dark"
  ) async throws(MonitorError) {
    expose()
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Void, MonitorError>, Never>) in
      presentInBackground(on: terminal, theme: theme) { continuation.resume(returning: $0) }
    }
    try result.get()
  }

  private static func presentInBackground(
    on terminal: MonitorTerminal, theme: String,
    completion: @escaping @Sendable (Result<Void, MonitorError>) -> Void
  ) {
    do throws(Errno) {
      _ = try BackgroundThread(name: "asynctop") {
        do throws(MonitorError) {
          let signal = try Presentation.run(on: terminal, theme: theme)
          // The dashboard's handler took it; the app shall have it.
          if let signal { ProcessSignals.send(signal) }
          completion(.success(()))
        } catch {
          completion(.failure(error))
        }
      }
    } catch {
      completion(
        .failure(MonitorError(.terminal, "no thread can be started: \(error)", cause: error)))
    }
  }
}
