import ArgumentParser
import AsyncMonitoringUI
import AsyncTopCurses
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopTerminal

/// `asynctop run`.
struct Run: LoopCommand {
  static let configuration = CommandConfiguration(
    abstract: "Starts a Swift program, unchanged, and watches it.",
    usage: "asynctop run [<options>] -- <program> [<argument> ...]",
    discussion: """
      EXAMPLES:
        asynctop run -- my-server --port 8080
        asynctop run --record s.asyncrec -- .build/release/App
        asynctop run --follow -- sh -c 'A=1 exec my-server'

      On a terminal the dashboard is shown; what the program writes stands in a
      pane below, which p makes larger or hides, and its standard input is the
      null device. Leaving the dashboard asks the program to end (SIGTERM), and
      asynctop waits for it. Without a terminal, and with --output inherit, the
      program has our standard input and output, and signals are handed on to it;
      asynctop ps shows its tasks meanwhile.

      asynctop ends with the program's exit status, or 128 and the number of the
      signal that ended it.
      """)

  @Option(
    help: ArgumentHelp(
      "Where what it writes goes: into a file; or, without a dashboard, where ours goes (inherit).",
      valueName: "inherit|file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Record it into this file, from its start on; with --follow, once it is found.",
      valueName: "file"))
  var record: String?

  @Flag(help: "Replace the file of the recording, or of what the program writes, if it exists.")
  var overwrite = false

  @Flag(help: "Watch the first Swift program among what it starts, if it is none itself.")
  var follow = false

  @Flag(help: "Stop it before its first line; the key c, or SIGCONT, lets it go on.")
  var wait = false

  @OptionGroup var display: DisplayOptions

  @OptionGroup var symbols: SymbolOptions

  @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
  var command: [String] = []

  nonisolated(nonsending) func runOnLoop() async throws {
    let words = Array(command.first == "--" ? command.dropFirst() : command[...])
    guard let first = words.first, !first.isEmpty else {
      throw ValidationError("a program is missing: asynctop run -- my-server")
    }
    // What comes before the program is meant for us.
    if command.first != "--", first.hasPrefix("-") {
      if ["-h", "--help"].contains(first) { throw CleanExit.helpRequest(self) }
      throw ValidationError("there is no option \(first); before a program of that name goes --")
    }
    guard !(follow && wait) else {
      throw ValidationError("--wait stops the program itself, so it does not go with --follow")
    }
    guard Program.find(first) != nil else { throw CommandFailure("there is no program \(first)") }
    let plan = RunningProgram.Plan(
      words: words, follows: follow, waits: wait,
      recording: try record.map { try RecordingRun.makeFile($0, overwrite: overwrite) },
      folders: symbols.folders)
    let file = try output.flatMap {
      $0 == "inherit" ? nil : try RecordingRun.makeFile($0, overwrite: overwrite)
    }
    let keys = Watching.Keys(isInputTaken: false)
    if output == "inherit" || keys == .none {
      try await runPlainly(plan, file)
    } else {
      try await runWithDashboard(plan, file, keys)
    }
  }

  /// Starts it in our place, as if there were no asynctop.
  private nonisolated(nonsending) func runPlainly(
    _ plan: RunningProgram.Plan, _ file: OutputFile?
  ) async throws {
    let program = try RunningProgram(plan) {
      if let file { $0.streams = (nil, file.descriptor, file.descriptor) }
    }
    program.receivesOurSignals(sharesTerminal: true)
    var isAnnounced = false
    while try await !program.waitForEnd(program.isReady ? .seconds(1) : .milliseconds(10)) {
      program.update()
      if program.isHeld && !isAnnounced {
        isAnnounced = true
        StandardError.write(
          "asynctop: \(program.title) stands before its first line; SIGCONT lets it go on")
      }
    }
    AsyncTop.end(program.finish())
  }

  private nonisolated(nonsending) func runWithDashboard(
    _ plan: RunningProgram.Plan, _ file: OutputFile?, _ keys: Watching.Keys
  ) async throws {
    let (terminal, look) = try Watching.open(keys, display)
    let program: RunningProgram
    do {
      program = try start(plan, file, terminal)
    } catch {
      terminal.close()
      throw error
    }
    var options = DashboardOptions(look: look)
    options.program = program
    options.awaited = "\(program.title) to start"
    let arrival = try await DashboardDriver.wait(options, on: terminal) {
      program.update()
      return program.isReady ? program.session : nil
    }
    let signal: Int32?
    switch arrival {
    case .left(let ending): signal = ending
    case .arrived(let session):
      signal = try await Watching.show(
        .live(session), on: terminal, options: options, folders: symbols.folders)
    }
    program.giveBackTerminal()
    terminal.close()
    program.receivesOurSignals(sharesTerminal: false)
    try await leave(program, by: signal ?? ProcessSignals.terminate)
  }

  private func start(
    _ plan: RunningProgram.Plan, _ file: OutputFile?, _ terminal: CursesTerminal
  ) throws -> RunningProgram {
    let size = terminal.size
    do {
      let null = try FileDescriptor.null()
      guard file == nil else {
        return try RunningProgram(plan) {
          $0.streams = (null.number, file?.descriptor, file?.descriptor)
          $0.beginsSession = true
        }
      }
      let own = try PseudoTerminal(columns: size.columns, rows: size.rows)
      return try RunningProgram(
        plan,
        {
          $0.streams = (null.number, own.programNumber, own.programNumber)
          $0.beginsSession = true
          $0.ownsTerminal = true
        }, output: try ProgramOutput(own))
    } catch let error as Errno {
      throw CommandFailure("there is no terminal for the program: \(error)")
    }
  }

  /// Asks it to end, and waits for it.
  private nonisolated(nonsending) func leave(
    _ program: RunningProgram, by signal: Int32
  ) async throws -> Never {
    program.send(signal)
    if try await !program.waitForEnd(.seconds(2)) {
      StandardError.write(
        "asynctop: \(program.title) was asked to end and still runs; C-c and C-\\ are handed on")
    }
    while try await !program.waitForEnd(.seconds(1)) {}
    AsyncTop.end(program.finish())
  }
}
