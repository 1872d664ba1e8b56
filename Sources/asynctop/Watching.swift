import AsyncMonitor
import CursesTerminal
import Dashboard
import Instrumentation
import LinuxSystem
import TaskInsight
import TerminalUI

/// Shows a session: as a dashboard on a terminal, else once as text.
enum Watching {
  /// Whether there is a terminal to watch on.
  static var hasTerminal: Bool { Program.isTerminal(0) && Program.isTerminal(1) }

  /// Shows a session until the user leaves; without a terminal, prints it after a second.
  ///
  /// - Parameters:
  ///   - subject: What is looked at.
  ///   - display: How the dashboard looks.
  /// - Throws: `CommandFailure` if the terminal can't be used.
  static func watch(_ subject: Subject, display: DisplayOptions) throws {
    guard hasTerminal else {
      printOnce(subject)
      return
    }
    let terminalOptions = CursesTerminalOptions(
      colorDepth: display.requestedDepth, mouse: !display.noMouse, suspends: false,
      ascii: display.ascii)
    let theme = display.loadTheme()
    let terminal: CursesTerminal
    do {
      terminal = try CursesTerminal(
        options: terminalOptions, environment: DisplayOptions.environment)
    } catch {
      throw CommandFailure(error.message)
    }
    defer { terminal.close() }
    let look = Look(
      palette: theme.palette(for: terminal.colorDecision.depth), glyphs: terminal.glyphs)
    let snapshot = subject.session.snapshot()
    var options = DashboardOptions(look: look, resolver: subject.resolver(for: snapshot))
    if case .recorded(let recorded) = subject { options.playback = recorded }
    var driver = DashboardDriver(subject.session, options: options, terminal: terminal)
    let signal = driver.run()
    terminal.close()
    if let signal { Program.end(by: signal) }
  }

  /// The summary and the tree, for a pipe: a live session after a second, so that there are rates.
  private static func printOnce(_ subject: Subject) {
    var meter = RateMeter()
    switch subject {
    case .live(let session):
      meter.update(session.snapshot())
      Program.waitReadable(-1, milliseconds: 1000)
    case .recorded(let session):
      let moment = session.position
      session.isPlaying = false
      session.seek(to: moment - .seconds(1))
      meter.update(session.snapshot())
      session.seek(to: moment)
    }
    let snapshot = subject.session.snapshot()
    meter.update(snapshot)
    let insight = subject.insight(of: snapshot)
    for line in PlainText.summary(insight, rates: meter.rates) { print(line) }
    print()
    for line in PlainText.tree(insight) { print(line) }
    subject.reportDamage()
  }
}
