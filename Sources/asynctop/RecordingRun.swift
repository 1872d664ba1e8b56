import AsyncMonitoringUI
import AsyncRuntime
import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording
import AsyncTopTerminal
import Synchronization

/// A recording of a process, from its beginning to its end.
struct RecordingRun {
  let session: LiveSession
  /// Where it is written to.
  let descriptor: Int32
  var options = RecordingOptions()
  /// Where the program's files are looked for.
  var folders: [String] = []
  /// Told ten times a second what is recorded so far.
  var report: ((RecordingStatistics) -> Void)?

  /// Makes the file of a recording.
  static func makeFile(_ path: String, overwrite: Bool) throws -> OutputFile {
    do {
      return try OutputFile(path: path, earlier: overwrite ? .isReplaced : .stays)
    } catch .exists {
      throw CommandFailure("\(path) exists; choose another name, or say --overwrite")
    } catch {
      throw CommandFailure("\(path) \(error)")
    }
  }

  /// Records until the process has ended, or for as long as it is wanted; blocks its thread.
  ///
  /// - Parameters:
  ///   - isWanted: Whether to go on.
  ///   - began: Called once nothing that happens is missed any more.
  /// - Returns: What was recorded, in words.
  /// - Throws: Why nothing was.
  func record(isWanted: @escaping () -> Bool, began: @escaping () -> Void) throws -> String {
    var steps = try RecordingSteps(self, isWanted: isWanted, began: began)
    while let pause = try steps.next() { Program.waitReadable(-1, milliseconds: pause) }
    return try steps.finish()
  }

  /// The same in a task of our loop.
  nonisolated(nonsending) func record(isWanted: @escaping () -> Bool) async throws -> String {
    var steps = try RecordingSteps(self, isWanted: isWanted)
    while let pause = try steps.next() { try await sleep(.milliseconds(Int(pause))) }
    return try steps.finish()
  }
}

/// The steps of a recording, between which its owner waits as it can.
private struct RecordingSteps {
  private let run: RecordingRun
  private let writer: RecordingWriter
  private let isWanted: () -> Bool
  private let began: () -> Void
  private var progress = RecordingProgress.recording
  private var hasBegun = false
  private var reportNext = SystemClock.monotonic

  init(
    _ run: RecordingRun, isWanted: @escaping () -> Bool, began: @escaping () -> Void = {}
  ) throws {
    self.run = run
    self.isWanted = isWanted
    self.began = began
    writer = try RecordingWriter(
      to: run.descriptor, region: run.session.memory, options: run.options,
      isAskedToEnd: { !isWanted() },
      resolver: ModuleResolver(live: run.session.snapshot(), folders: run.folders))
    // Without a second thread it is recorded all the same, with more losses under load.
    try? writer.drainApart()
  }

  /// Records what has happened.
  ///
  /// - Returns: After how many milliseconds to call again; nil at the end.
  mutating func next() throws -> Int32? {
    guard progress == .recording && isWanted() && run.session.isRunning else { return nil }
    progress = try writer.step()
    if !hasBegun && writer.statistics.keyframes > 0 {
      hasBegun = true
      began()
    }
    let now = SystemClock.monotonic
    if let report = run.report, now >= reportNext {
      reportNext = now +| 100_000_000
      report(writer.statistics)
    }
    return writer.pause
  }

  /// Ends the recording.
  ///
  /// - Returns: What was recorded, in words.
  func finish() throws -> String {
    let hasEnded = !run.session.isRunning
    try writer.finish(appHasEnded: hasEnded)
    return try summary(writer.statistics, progress)
  }

  private func summary(
    _ statistics: RecordingStatistics, _ progress: RecordingProgress
  ) throws -> String {
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
    if statistics.omittedEvents > 0 {
      message += ", \(statistics.omittedEvents) wakes and polls were left out to keep up"
    }
    if progress == .sizeLimitReached { message += "; the size limit was reached" }
    switch run.session.ending {
    case nil: break
    case .exited: message += "; the process has ended"
    case .replaced(let name): message += "; the process is now \(SafeText.clean(name))"
    case .ejected: message += "; the probe was taken out of the process"
    case .cutShort: message += "; the file of its region was cut short by another program"
    }
    return message
  }
}

/// A recording on a thread of its own, beside whatever else is done with the process.
///
/// 1. The thread alone touches the session and the writer, which it makes.
/// 2. `state` is written by the thread alone, under its lock.
final class BackgroundRecording: Sendable {
  private struct State {
    var hasBegun = false
    var outcome: String?
  }

  private let state = Mutex(State())
  private let isStopping = Atomic<Bool>(false)
  private let thread = Mutex<BackgroundThread?>(nil)

  /// Begins to record the process that has a region.
  init(ofRegion path: String, into file: OutputFile, folders: [String]) throws(Errno) {
    let started = try BackgroundThread(name: "asynctop record") {
      self.record(path, file, folders)
    }
    thread.withLock { $0 = started }
  }

  /// Whether nothing that happens is missed any more, or nothing will be recorded.
  var hasBegun: Bool { state.withLock { $0.hasBegun || $0.outcome != nil } }

  /// Ends it.
  ///
  /// - Returns: What was recorded, or why nothing was.
  func finish() -> String {
    isStopping.store(true, ordering: .relaxed)
    thread.withLock { $0 }?.join()
    return state.withLock { $0.outcome } ?? ""
  }

  private func record(_ path: String, _ file: OutputFile, _ folders: [String]) {
    let outcome: String
    do {
      let run = RecordingRun(
        session: try LiveSession(regionPath: path), descriptor: file.descriptor, folders: folders)
      outcome = try run.record(
        isWanted: { !self.isStopping.load(ordering: .relaxed) },
        began: { self.state.withLock { $0.hasBegun = true } })
    } catch let failure as CommandFailure {
      outcome = failure.message
    } catch {
      outcome = "the recording has ended: \(error)"
    }
    state.withLock { $0.outcome = outcome }
  }
}
