import ArgumentParser
import AsyncMonitoringUI
import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording
import AsyncTopTerminal

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
    let file = isPipe ? nil : try openOutput()
    Program.catchEnding()
    let writer = try RecordingWriter(
      to: file?.descriptor ?? 1, region: session.memory, options: options,
      isAskedToEnd: { Program.wasAskedToEnd },
      resolver: ModuleResolver(live: session.snapshot(), folders: symbols.folders))
    let end = duration.map { SystemClock.monotonic +| UInt64($0.duration / .nanoseconds(1)) }
    var progress = RecordingProgress.recording
    while progress == .recording && !Program.wasAskedToEnd && session.isRunning {
      if let end, SystemClock.monotonic >= end { break }
      progress = try writer.step()
      Program.waitReadable(-1, milliseconds: writer.pause)
    }
    let hasEnded = !session.isRunning
    try writer.finish(appHasEnded: hasEnded)
    try report(writer.statistics, progress, session.ending)
  }

  private func openOutput() throws -> OutputFile {
    do {
      return try OutputFile(path: output, earlier: overwrite ? .isReplaced : .stays)
    } catch .exists {
      throw CommandFailure("\(output) exists; choose another name, or say --overwrite")
    } catch {
      throw CommandFailure("\(output) \(error)")
    }
  }

  private func report(
    _ statistics: RecordingStatistics, _ progress: RecordingProgress, _ ending: SessionEnding?
  ) throws {
    guard statistics.keyframes > 0 else {
      throw CommandFailure(
        "nothing could be recorded: "
          + (progress == .sizeLimitReached
            ? "the first copy of the tables does not fit the size limit"
            : "it ended before the first copy of the tables was complete, or the program's threads"
              + " wrote events faster than they could be read"))
    }
    var message = "recorded \(statistics.events) events in \(statistics.bytes) bytes"
    if statistics.lostEvents > 0 { message += ", \(statistics.lostEvents) were lost" }
    if progress == .sizeLimitReached { message += "; the size limit was reached" }
    switch ending {
    case nil: break
    case .exited: message += "; the process has ended"
    case .replaced(let name): message += "; the process is now \(SafeText.clean(name))"
    case .cutShort: message += "; the file of its region was cut short by another program"
    }
    StandardError.write("asynctop: \(message)")
  }
}
