import ArgumentParser
import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording

/// `asynctop record`.
struct Record: LoopCommand {
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

  nonisolated(nonsending) func runOnLoop() async throws {
    do {
      try await record()
    } catch let error as RegionError {
      let others = "; ps, tree and attach may see it from outside"
      throw CommandFailure(error.message + (error.code == .notMonitored ? others : ""))
    } catch let error as RecordingError {
      throw CommandFailure(error)
    }
  }

  private nonisolated(nonsending) func record() async throws {
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
    let start = SystemClock.monotonic
    let end = duration.map { start +| UInt64($0.duration / .nanoseconds(1)) }
    var run = RecordingRun(
      session: session, descriptor: file?.descriptor ?? 1, options: options,
      folders: symbols.folders)
    let isShown = Program.isTerminal(2)
    if isShown {
      var line = ProgressLine(start: start, end: end)
      run.report = { StandardError.replaceLine(with: line.text($0, at: SystemClock.monotonic)) }
    }
    defer { if isShown { StandardError.replaceLine(with: "") } }
    let summary = try await run.record(isWanted: {
      !Program.wasAskedToEnd && end.map { SystemClock.monotonic < $0 } ?? true
    })
    if isShown { StandardError.replaceLine(with: "") }
    StandardError.write("asynctop: \(summary)")
  }
}

/// What a terminal shows while a recording is made: how long it has been going on and has to go,
/// how much comes, what is lost, and how large it is.
struct ProgressLine {
  private let start: UInt64
  private let end: UInt64?
  private var last: (time: UInt64, events: UInt64)
  private var rate = 0.0

  /// Begins at a moment, in nanoseconds, and ends at one if there is one.
  init(start: UInt64, end: UInt64?) {
    (self.start, self.end) = (start, end)
    last = (start, 0)
  }

  /// The line at a moment: `0:12, 0:48 left · 1.2M events/s · 0 lost · 8.4 MB`.
  mutating func text(_ statistics: RecordingStatistics, at now: UInt64) -> String {
    let elapsed = now -| last.time
    // Of a second, so that the number can be read.
    if elapsed >= 1_000_000_000 || rate == 0 && elapsed > 0 {
      rate = Double(statistics.events -| last.events) / (Double(elapsed) / 1e9)
      last = (now, statistics.events)
    }
    var parts = [Self.clock(now -| start)]
    if let end { parts[0] += ", \(Self.clock(end -| now)) left" }
    parts.append("\(Self.amount(rate)) events/s")
    parts.append("\(Self.amount(Double(statistics.lostEvents))) lost")
    parts.append("\(Self.amount(Double(statistics.bytes)))B")
    return "recording " + parts.joined(separator: " · ")
  }

  private static func clock(_ nanoseconds: UInt64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    let rest = seconds % 60
    return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func amount(_ number: Double) -> String {
    for (unit, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where number >= unit {
      let tenths = Int(number / unit * 10)
      return tenths < 100 ? "\(tenths / 10).\(tenths % 10)\(name)" : "\(tenths / 10)\(name)"
    }
    return "\(Int(number))"
  }
}
