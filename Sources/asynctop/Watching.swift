import AsyncMonitoringUI
import AsyncTopCurses
import AsyncTopDashboard
import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording
import AsyncTopInsight
import AsyncTopTerminal

/// Shows a session: as a dashboard on a terminal, else once as text.
enum Watching {
  /// Where keys come from.
  enum Keys {
    /// Standard input, which is a terminal.
    case standardInput
    /// The terminal the program was started from, since a recording comes from standard input.
    case controllingTerminal
    /// Nowhere: there is no terminal to watch on.
    case none

    /// Finds out; the picture goes to standard output.
    ///
    /// - Parameter isInputTaken: Whether something else is read from standard input.
    init(isInputTaken: Bool) {
      guard Program.isTerminal(1) else {
        self = .none
        return
      }
      if isInputTaken {
        self = CursesTerminal.hasControllingTerminal ? .controllingTerminal : .none
      } else {
        self = Program.isTerminal(0) ? .standardInput : .none
      }
    }
  }

  /// Shows a session until the user leaves; without a terminal, prints it after a second.
  ///
  /// - Parameters:
  ///   - subject: What is looked at.
  ///   - keys: Where keys come from.
  ///   - display: How the dashboard looks.
  ///   - folders: Where the program's files are looked for.
  ///   - atEnd: Called when the user has left, or what there is was printed.
  /// - Throws: `CommandFailure` if the terminal can't be used.
  static func watch(
    _ subject: Subject, keys: Keys = Keys(isInputTaken: false), display: DisplayOptions,
    folders: [String] = [], atEnd: () throws -> Void = {}
  ) throws {
    if case .none = keys {
      try printOnce(subject, folders)
      try atEnd()
      return
    }
    let (terminal, look) = try open(keys, display)
    defer { terminal.close() }
    let ending = show(
      subject, on: terminal, options: DashboardOptions(look: look), folders: folders)
    terminal.close()
    try atEnd()
    leave(terminal, by: ending)
  }

  /// Shows a recording that comes through a pipe, from before it begins until the user leaves.
  ///
  /// - Parameters:
  ///   - input: The pipe.
  ///   - keys: Where keys come from.
  ///   - display: How the dashboard looks.
  ///   - folders: Where the program's files are looked for.
  ///   - prepare: Called once the recording has begun.
  /// - Throws: `CommandFailure` if the terminal or the pipe can't be used.
  static func watch(
    _ input: RecordingInput, keys: Keys, display: DisplayOptions, folders: [String],
    prepare: (RecordedSession) throws -> Void
  ) throws {
    let (terminal, look) = try open(keys, display)
    defer { terminal.close() }
    var options = DashboardOptions(look: look)
    options.awaited = "the recording to begin"
    var recording: Recording?
    let playback: Playback
    do {
      let ending = try DashboardDriver.wait(options, on: terminal) {
        recording = try input.recording()
        return recording != nil
      }
      guard let recording else {
        terminal.close()
        if let signal = ending?.signal { Program.end(by: signal) }
        return
      }
      playback = try Playback(recording)
    } catch let error as RecordingError {
      throw CommandFailure(error)
    }
    let recorded = RecordedSession(playback)
    try prepare(recorded)
    leave(
      terminal,
      by: show(
        .recorded(recorded), on: terminal, options: DashboardOptions(look: look), folders: folders))
  }

  /// Opens the terminal.
  ///
  /// - Throws: `CommandFailure` if it can't be used.
  static func open(
    _ keys: Keys, _ display: DisplayOptions
  ) throws -> (CursesTerminal, Look) {
    let terminalOptions = CursesTerminalOptions(
      colorDepth: display.requestedDepth, mouse: !display.noMouse, suspends: false,
      ascii: display.ascii)
    let theme = display.loadTheme()
    let terminal: CursesTerminal
    do {
      let environment = DisplayOptions.environment
      terminal =
        switch keys {
        case .controllingTerminal:
          try CursesTerminal(
            keysFrom: CursesTerminal.controllingTerminal, options: terminalOptions,
            environment: environment)
        case .standardInput, .none:
          try CursesTerminal(options: terminalOptions, environment: environment)
        }
    } catch {
      throw CommandFailure(error.message)
    }
    let palette = theme.palette(for: terminal.colorDecision.depth)
    return (terminal, Look(palette: palette, glyphs: terminal.glyphs))
  }

  /// Shows a session until the user leaves.
  ///
  /// - Parameters:
  ///   - subject: What is looked at.
  ///   - terminal: Where.
  ///   - options: How, and what else there is to show.
  ///   - folders: Where the program's files are looked for.
  /// - Returns: How it was left.
  static func show(
    _ subject: Subject, on terminal: CursesTerminal, options: DashboardOptions, folders: [String]
  ) -> DashboardDriver.Ending {
    let session = subject.session(lookingFor: .zero)
    var options = options
    // The snapshot is given up at once, so that the dashboard's take its place.
    options.resolver = subject.resolver(for: session.snapshot(), folders: folders)
    if case .recorded(let recorded) = subject { options.playback = recorded }
    var driver = DashboardDriver(session, options: options, terminal: terminal)
    return DashboardDriver.Ending(signal: driver.run())
  }

  private static func leave(_ terminal: CursesTerminal, by ending: DashboardDriver.Ending) {
    terminal.close()
    if let signal = ending.signal { Program.end(by: signal) }
  }

  /// The summary and the tree, for a pipe: a live session after a second, so that there are rates.
  private static func printOnce(_ subject: Subject, _ folders: [String]) throws {
    let shown = subject.session()
    var meter = RateMeter()
    switch subject {
    case .live, .joined:
      meter.update(shown.snapshot())
      Program.waitReadable(-1, milliseconds: 1000)
    case .scanned: break
    case .recorded(let session):
      session.isPlaying = false
    }
    let snapshot = shown.snapshot()
    meter.update(snapshot)
    let insight = subject.insight(of: snapshot, folders: folders)
    try Output.write { stream in
      for line in PlainText.summary(insight, rates: meter.rates) { stream.line(line) }
      stream.line("")
      PlainText.tree(insight, to: &stream)
    }
    subject.reportProblems(insight)
  }
}
