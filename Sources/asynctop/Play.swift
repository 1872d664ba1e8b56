import ArgumentParser
import Instrumentation
import LinuxSystem
import SessionRecording

/// `asynctop play`.
struct Play: ParsableCommand {
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

  func validate() throws {
    guard (0.25...64).contains(speed) else {
      throw ValidationError("--speed is from 0.25 to 64, not \(speed)")
    }
  }

  func run() throws {
    if ProcessFiles.contents(file, limit: 8) == "asynctop" {
      throw CommandFailure("\(file) is a region, not a recording; try asynctop attach \(file)")
    }
    let recorded = try Subject.recording(file)
    recorded.speed = speed
    recorded.repeats = loop
    recorded.isPlaying = !paused
    // As long as a live session takes to print.
    let start: Duration = Watching.hasTerminal ? .zero : .seconds(1)
    try recorded.move(to: at?.duration ?? start, waiting: !Watching.hasTerminal)
    try Watching.watch(.recorded(recorded), display: display)
  }
}
