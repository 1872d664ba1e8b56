import ArgumentParser
import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording

/// `asynctop record`.
struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Records a process into a file or a pipe, until it ends or you interrupt it.",
    discussion: """
      EXAMPLES:
        asynctop record my-server -o session.asyncrec --duration 60s
        asynctop record 4711 -o - | asynctop play -

      What is written can be played while it is written, and after this program
      was killed.
      """)

  @Argument(help: "A process id, a name, or a region file.")
  var target: String

  @Option(name: .shortAndLong, help: "The file to write; - for standard output.")
  var output: String

  @Flag(help: "Replace the file if it exists.")
  var overwrite = false

  @Option(help: "End after this time, such as 60s.")
  var duration: DurationArgument?

  @Option(help: "End at this size, such as 1G.")
  var maxSize: SizeArgument?

  @OptionGroup var symbols: SymbolOptions

  func run() throws {
    do {
      try record()
    } catch let error as RegionError {
      let others = "; ps, tree and attach may see it from outside"
      throw CommandFailure(error.message + (error.code == .notMonitored ? others : ""))
    } catch let error as RecordingError {
      throw CommandFailure(error)
    }
  }

  private func record() throws {
    let session = try LiveSession(target: target)
    let isPipe = output == "-"
    guard !(isPipe && Program.isTerminal(1)) else {
      throw CommandFailure("a recording is not text; send standard output to a file or a pipe")
    }
    guard session.isRunning else {
      throw CommandFailure(
        "the process has ended, so nothing of it can be recorded; asynctop ps \(target) shows what"
          + " it left")
    }
    let options = RecordingOptions(maximumSize: maxSize?.bytes)
    try RecordingWriter.check(session.memory, options)
    let file = isPipe ? nil : try RecordingRun.makeFile(output, overwrite: overwrite)
    Program.catchEnding()
    let end = duration.map { SystemClock.monotonic +| UInt64($0.duration / .nanoseconds(1)) }
    let run = RecordingRun(
      session: session, descriptor: file?.descriptor ?? 1, options: options,
      folders: symbols.folders)
    let summary = try run.record(isWanted: {
      !Program.wasAskedToEnd && end.map { SystemClock.monotonic < $0 } ?? true
    })
    StandardError.write("asynctop: \(summary)")
  }
}
