import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording
import Synchronization

/// A recording of this process that goes on until it is stopped or the process ends.
///
/// It is written by a thread of its own, every few milliseconds. When the process is killed, what
/// was written before can be played. That nothing can be recorded, or no more, never ends the
/// process: a line on standard error says so, and ``failure`` does.
///
/// 1. The thread alone touches the writer.
/// 2. `outcome` is written under its lock, by `init` and then by the thread alone.
public final class SessionRecorder: Sendable {
  private struct Outcome {
    var failure: MonitorError?
    var statistics: RecordingStatistics?
  }

  private let isStopping = Atomic<Bool>(false)
  private let outcome = Mutex(Outcome())
  private let thread = Mutex<BackgroundThread?>(nil)

  init(path: String, maximumSize: UInt64?, keeping: Int?) {
    let options = RecordingOptions(maximumSize: maximumSize)
    do throws(MonitorError) {
      // Before a file is touched: there may be nothing to record.
      try Self.check(try OwnSession.open(), options)
      let file = try Self.makeFile(path, keeping: keeping)
      try start(writingTo: file, options)
    } catch {
      fail("this process is not recorded", error)
    }
  }

  private static func check(
    _ session: LiveSession, _ options: RecordingOptions
  ) throws(MonitorError) {
    do throws(RecordingError) {
      try RecordingWriter.check(session.memory, options)
    } catch {
      throw MonitorError(.recording, error.message)
    }
  }

  private static func makeFile(_ path: String, keeping: Int?) throws(MonitorError) -> OutputFile {
    do throws(OutputFile.Failure) {
      let file = try OutputFile(path: path, earlier: keeping == 0 ? .isReplaced : .isNumbered)
      if let keeping {
        NumberedFiles(of: path).remove(allBut: keeping, startingWith: "asyncrec")
      }
      return file
    } catch .system(let reason) {
      throw MonitorError(.recording, "\(path) can't be written: \(reason)", cause: reason)
    } catch {
      throw MonitorError(.recording, "\(path) \(error)")
    }
  }

  private func start(
    writingTo file: OutputFile, _ options: RecordingOptions
  ) throws(MonitorError) {
    do throws(Errno) {
      let started = try BackgroundThread(name: "asynctop record") {
        self.record(into: file, options)
      }
      thread.withLock { $0 = started }
    } catch {
      throw MonitorError(.recording, "no thread can be started to record: \(error)", cause: error)
    }
  }

  private func fail(_ what: String, _ error: MonitorError) {
    outcome.withLock { $0.failure = error }
    StandardError.report("asynctop: \(what): \(error.message)")
  }

  /// Why nothing is recorded, or no more, or the recording is not complete; nil while all is well.
  ///
  /// What was written before can be played.
  public var failure: MonitorError? { outcome.withLock { $0.failure } }

  /// Ends the recording and waits until it is complete, some milliseconds.
  ///
  /// Calling it again does nothing.
  ///
  /// - Returns: ``failure``.
  @discardableResult
  public func stop() -> MonitorError? {
    isStopping.store(true, ordering: .relaxed)
    thread.withLock { $0 }?.join()
    return failure
  }

  /// How many events were recorded and how many lost; known once it was stopped.
  public var events: (recorded: UInt64, lost: UInt64) {
    outcome.withLock { ($0.statistics?.events ?? 0, $0.statistics?.lostEvents ?? 0) }
  }

  private func record(into file: OutputFile, _ options: RecordingOptions) {
    guard let session = LiveSession(ownProcess: ()) else { return }
    do {
      let writer = try RecordingWriter(
        to: file.descriptor, region: session.memory, options: options,
        resolver: ModuleResolver(live: session.snapshot()))
      while try writer.step() == .recording && !isStopping.load(ordering: .relaxed) {
        Program.waitReadable(-1, milliseconds: writer.pause)
      }
      try writer.finish()
      outcome.withLock { $0.statistics = writer.statistics }
    } catch {
      fail("the recording of this process ends", MonitorError(.recording, "\(error)"))
    }
  }
}
