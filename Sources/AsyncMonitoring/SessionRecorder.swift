import AsyncTopBus
import AsyncTopLinux
import AsyncTopRecording
import Synchronization

/// A recording of this process that goes on until it is stopped or the process ends.
///
/// It is written by a thread of its own, every few milliseconds. When the process is killed, what
/// was written before can be played. That nothing can be recorded, or no more, never ends the
/// process: a line on standard error says so, and ``status`` does.
///
/// 1. The thread alone touches the writer.
/// 2. `current` is written under its lock, by `init` and then by the thread alone.
public final class SessionRecorder: Sendable {
  /// How a recording goes, or how it has ended.
  public struct Status: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What ended it; nil while it goes on.
    public internal(set) var ending: Ending?
    /// Bytes written.
    public internal(set) var bytes: UInt64 = 0
    /// Events recorded; while it goes on, also those that are not written yet.
    public internal(set) var events: UInt64 = 0
    /// Events that were overwritten before they were read.
    public internal(set) var lostEvents: UInt64 = 0

    /// Whether it goes on.
    public var isRecording: Bool { ending == nil }

    /// For people: `s.asyncrec: stopped, 107 events, 11383 bytes`.
    public var description: String {
      let lost = lostEvents == 0 ? "" : ", \(lostEvents) lost"
      let state =
        switch ending {
        case nil: "recording"
        case .stopped: "stopped"
        case .sizeLimit: "ended at its greatest size"
        case .failed(let error): "failed: \(error)"
        }
      return "\(path): \(state), \(events) events\(lost), \(bytes) bytes"
    }
  }

  /// What ended a recording.
  @nonexhaustive
  public enum Ending: Hashable, Sendable {
    /// It was stopped.
    case stopped
    /// It has its greatest size.
    case sizeLimit
    /// Nothing can be recorded, or no more.
    case failed(MonitorError)
  }

  private let isStopping = Atomic<Bool>(false)
  private let current: Mutex<Status>
  private let thread = Mutex<BackgroundThread?>(nil)

  init(path: String, maximumSize: UInt64?, keeping: Int?) {
    current = Mutex(Status(path: path))
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

  /// Records as the environment asks; nil if it does not.
  convenience init?(variables: RecordingVariables) {
    guard let path = variables.path else { return nil }
    do throws(MonitorError) {
      let (size, keeping) = (try variables.maximumSize, try variables.keeping)
      self.init(path: path, maximumSize: size, keeping: keeping)
    } catch {
      self.init(path: path, failure: error)
    }
  }

  private init(path: String, failure: MonitorError) {
    current = Mutex(Status(path: path))
    fail("this process is not recorded", failure)
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
    current.withLock { $0.ending = .failed(error) }
    StandardError.report("asynctop: \(what): \(error.message)")
  }

  /// Why nothing is recorded, or no more, or the recording is not complete; nil while all is well.
  ///
  /// What was written before can be played.
  public var failure: MonitorError? {
    if case .failed(let error) = status.ending { error } else { nil }
  }

  /// How it goes, at this moment.
  public var status: Status { current.withLock { $0 } }

  /// Ends the recording and blocks the thread until it is complete, some milliseconds.
  ///
  /// Calling it again does nothing.
  ///
  /// - Returns: The last ``status``.
  @discardableResult
  @available(*, noasync, message: "it would block a thread that runs tasks; say await stop()")
  public func stop() -> Status {
    finish()
    return status
  }

  /// Ends the recording and waits until it is complete, some milliseconds.
  ///
  /// Calling it again does nothing. It waits also if the calling task is cancelled.
  ///
  /// - Returns: The last ``status``.
  @discardableResult
  public func stop() async -> Status {
    await BackgroundThread.run(name: "asynctop stop") { self.finish() }
    return status
  }

  private func finish() {
    isStopping.store(true, ordering: .relaxed)
    thread.withLock { $0 }?.join()
  }

  private func tell(_ statistics: RecordingStatistics, ending: Ending? = nil) {
    current.withLock {
      $0.bytes = statistics.bytes
      $0.events = statistics.events
      $0.lostEvents = statistics.lostEvents
      $0.ending = ending
    }
  }

  private func record(into file: OutputFile, _ options: RecordingOptions) {
    guard let session = LiveSession(ownProcess: ()) else { return }
    do {
      let writer = try RecordingWriter(
        to: file.descriptor, region: session.memory, options: options,
        resolver: ModuleResolver(live: session.snapshot()))
      // Without a second thread it is recorded all the same, with more losses under load.
      try? writer.drainApart()
      while try writer.step() == .recording && !isStopping.load(ordering: .relaxed) {
        tell(writer.statistics)
        Program.waitReadable(-1, milliseconds: writer.pause)
      }
      try writer.finish()
      tell(writer.statistics, ending: writer.hasReachedLimit ? .sizeLimit : .stopped)
    } catch {
      fail("the recording of this process ends", MonitorError(.recording, "\(error)"))
    }
  }
}
