import ArgumentParser
import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording

/// `asynctop play`.
struct Play: LoopCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plays a recording: the same views at any moment.",
    discussion: """
      EXAMPLES:
        asynctop play session.asyncrec
        asynctop play session.asyncrec --at 12.5s --paused
        ssh host asynctop record my-server -o - | asynctop play -
      """)

  @Argument(help: "The recording; - for standard input.")
  var file: String

  @Option(help: "Where to begin, such as 12.5s.")
  var at: DurationArgument?

  @Option(help: "How fast: from 0.25 to 64.")
  var speed = 1.0

  @Flag(help: "Begin paused.")
  var paused = false

  @Flag(help: "Begin again at the end.")
  var loop = false

  @OptionGroup var display: DisplayOptions

  @OptionGroup var symbols: SymbolOptions

  func validate() throws {
    guard (0.25...64).contains(speed) else {
      throw ValidationError("--speed is from 0.25 to 64, not \(speed)")
    }
  }

  /// Whether the recording comes from standard input.
  private var takesInput: Bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(file)
  }

  nonisolated(nonsending) func runOnLoop() async throws {
    guard !(takesInput && Program.isTerminal(0)) else {
      throw CommandFailure(
        "standard input is a terminal, not a recording; name a file, or pipe a recording into it")
    }
    if !takesInput, Subject.isRegion(file) {
      throw CommandFailure("\(file) is a region, not a recording; try asynctop attach \(file)")
    }
    let keys = Watching.Keys(isInputTaken: takesInput)
    guard case .none = keys else {
      try await watch(keys)
      return
    }
    let recorded = try Subject.recording(takesInput ? "-" : file)
    // As long as a live session takes to print.
    try begin(recorded, at: .seconds(1), waiting: true)
    try await Watching.watch(
      .recorded(recorded), keys: keys, display: display, folders: symbols.folders)
  }

  private nonisolated(nonsending) func watch(_ keys: Watching.Keys) async throws {
    guard takesInput else {
      let recorded = try Subject.recording(file)
      try begin(recorded, at: .zero, waiting: false)
      try await Watching.watch(
        .recorded(recorded), keys: keys, display: display, folders: symbols.folders)
      return
    }
    let input: RecordingInput
    do {
      input = try RecordingInput(descriptor: 0)
    } catch {
      throw CommandFailure(error)
    }
    try await Watching.watch(input, keys: keys, display: display, folders: symbols.folders) {
      try begin($0, at: .zero, waiting: false)
    }
  }

  private func begin(_ recorded: RecordedSession, at start: Duration, waiting: Bool) throws {
    recorded.speed = speed
    recorded.repeats = loop
    recorded.isPlaying = !paused
    try recorded.move(to: at?.duration ?? start, waiting: waiting, isAsked: at != nil)
  }
}
