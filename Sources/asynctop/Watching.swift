import AsyncMonitoringUI
import AsyncRuntime
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
  nonisolated(nonsending) static func watch(
    _ subject: Subject, keys: Keys = Keys(isInputTaken: false), display: DisplayOptions,
    folders: [String] = [], atEnd: () throws -> Void = {}
  ) async throws {
    if case .none = keys {
      try await printOnce(subject, folders)
      try atEnd()
      return
    }
    let (terminal, look) = try open(keys, display)
    defer { terminal.close() }
    let signal = try await show(
      subject, on: terminal, options: DashboardOptions(look: look), folders: folders)
    terminal.close()
    try atEnd()
    if let signal { Program.end(by: signal) }
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
  nonisolated(nonsending) static func watch(
    _ input: RecordingInput, keys: Keys, display: DisplayOptions, folders: [String],
    prepare: (RecordedSession) throws -> Void
  ) async throws {
    let (terminal, look) = try open(keys, display)
    defer { terminal.close() }
    var options = DashboardOptions(look: look)
    options.awaited = "the recording to begin"
    do {
      let arrival = try await DashboardDriver.wait(options, on: terminal) {
        try input.recording()
      }
      let signal: Int32?
      switch arrival {
      case .left(let ending): signal = ending
      case .arrived(let recording):
        let recorded = RecordedSession(try Playback(recording))
        try prepare(recorded)
        signal = try await show(
          .recorded(recorded), on: terminal, options: DashboardOptions(look: look),
          folders: folders)
      }
      terminal.close()
      if let signal { Program.end(by: signal) }
    } catch let error as RecordingError {
      throw CommandFailure(error)
    }
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
  /// - Returns: The signal that ended it; nil for anything else.
  /// - Throws: Why the terminal can't be waited for.
  nonisolated(nonsending) static func show(
    _ subject: Subject, on terminal: CursesTerminal, options: DashboardOptions, folders: [String]
  ) async throws -> Int32? {
    let session = subject.session(lookingFor: .zero)
    var options = options
    // The snapshot is given up at once, so that the dashboard's take its place.
    options.resolver = subject.resolver(for: session.snapshot(), folders: folders)
    if case .recorded(let recorded) = subject { options.playback = recorded }
    var driver = DashboardDriver(session, options: options, terminal: terminal)
    return try await driver.run(on: terminal)
  }

  /// The summary and the tree, for a pipe: a live session after a second, so that there are rates.
  private nonisolated(nonsending) static func printOnce(
    _ subject: Subject, _ folders: [String]
  ) async throws {
    let shown = subject.session()
    var meter = RateMeter()
    switch subject {
    case .live, .joined:
      meter.update(shown.snapshot())
      try await sleep(.seconds(1))
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
