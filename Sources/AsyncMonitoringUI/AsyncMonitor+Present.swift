@_exported public import AsyncMonitoring
import AsyncTopBus
import AsyncTopCurses
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopTerminal

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

/// Shows the dashboard of this process on a terminal.
enum Presentation {
  private static let variables = [
    "TERM", "COLORTERM", "NO_COLOR", "TMUX", "HOME", "XDG_CONFIG_HOME", "LC_ALL", "LC_CTYPE",
    "LANG", "COLUMNS", "LINES",
  ]

  /// Runs on the calling thread until the user leaves.
  ///
  /// - Returns: The signal that ended it; nil if the user left.
  static func run(on screen: MonitorTerminal, theme name: String) throws(MonitorError) -> Int32? {
    let session = try OwnSession.open()
    let environment = Program.environment(of: variables)
    let terminal = try open(screen, environment)
    defer { terminal.close() }
    let catalog = ThemeCatalog(environment: environment) {
      ProcessFiles.contents($0, limit: ThemeFile.sizeLimit)
    }
    let palette = catalog.load(name).theme.palette(for: terminal.colorDecision.depth)
    let options = DashboardOptions(
      look: Look(palette: palette, glyphs: terminal.glyphs),
      resolver: ModuleResolver(live: session.snapshot()))
    var driver = DashboardDriver(session, options: options, terminal: terminal, suspends: false)
    return driver.run()
  }

  private static func open(
    _ screen: MonitorTerminal, _ environment: [String: String]
  ) throws(MonitorError) -> CursesTerminal {
    let options = CursesTerminalOptions(suspends: false)
    do throws(CursesTerminalError) {
      switch screen {
      case .current: return try CursesTerminal(options: options, environment: environment)
      case .path(let path):
        return try CursesTerminal(path: path, options: options, environment: environment)
      }
    } catch {
      throw MonitorError(.terminal, error.message)
    }
  }
}

/// Where a dashboard is shown.
public enum MonitorTerminal: Hashable, Sendable {
  /// The terminal that is the process's standard input and output.
  case current
  /// Another one, by its path, as `tty` prints it there. Nothing else may read from it: run
  /// `sleep infinity` in that shell.
  case path(String)
}
