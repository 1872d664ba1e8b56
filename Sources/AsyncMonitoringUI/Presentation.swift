import AsyncMonitoring
import AsyncTopCurses
import AsyncTopDashboard
import AsyncTopBus
import AsyncTopLinux
import AsyncTopTerminal

/// Shows the dashboard of this process on a terminal.
enum Presentation {
  private static let variables = [
    "TERM", "COLORTERM", "NO_COLOR", "TMUX", "HOME", "XDG_CONFIG_HOME", "LC_ALL", "LC_CTYPE",
    "LANG", "COLUMNS", "LINES",
  ]

  /// Runs on the calling thread until the user leaves.
  ///
  /// - Returns: The signal that ended it; nil if the user left.
  static func run(on place: MonitorTerminal, theme name: String) throws(MonitorError) -> Int32? {
    let session = try OwnSession.open()
    let environment = Program.environment(of: variables)
    let terminal = try open(place, environment)
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
    _ place: MonitorTerminal, _ environment: [String: String]
  ) throws(MonitorError) -> CursesTerminal {
    let options = CursesTerminalOptions(suspends: false)
    do throws(CursesTerminalError) {
      switch place {
      case .current: return try CursesTerminal(options: options, environment: environment)
      case .path(let path):
        return try CursesTerminal(path: path, options: options, environment: environment)
      }
    } catch {
      throw MonitorError(.terminal, error.message)
    }
  }
}
