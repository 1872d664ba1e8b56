import Instrumentation
import LinuxSystem
import SessionRecording
import Synchronization

/// A recording of this process that goes on until it is stopped or the process ends.
///
/// It is written by a thread of its own, every few milliseconds. When the process is killed, what
/// was written before can be played.
///
/// 1. The thread alone touches the writer.
/// 2. `outcome` is written once, by the thread before it ends, and read after it has been joined.
public final class SessionRecorder: Sendable {
  private struct Outcome {
    var failure: MonitorError?
    var statistics: RecordingStatistics?
  }

  private let isStopping = Atomic<Bool>(false)
  private let outcome = Mutex(Outcome())
  private let thread = Mutex<BackgroundThread?>(nil)

  init(path: String, maximumSize: UInt64?, overwrites: Bool) throws(MonitorError) {
    _ = try OwnSession.open()
    let file: OutputFile
    do {
      file = try OutputFile(path: path, overwrites: overwrites)
    } catch .fileExists {
      throw MonitorError(
        .recording, "\(path) exists; choose another name or pass overwrites: true",
        cause: .fileExists)
    } catch {
      throw MonitorError(.recording, "\(path) can't be written: \(error)", cause: error)
    }
    do throws(Errno) {
      let started = try BackgroundThread(name: "asynctop record") {
        self.record(into: file, maximumSize: maximumSize)
      }
      thread.withLock { $0 = started }
    } catch {
      throw MonitorError(.recording, "no thread can be started to record: \(error)", cause: error)
    }
  }

  /// Ends the recording and waits until it is complete, some milliseconds.
  ///
  /// Calling it again does nothing.
  ///
  /// - Throws: Why the recording is not complete; what was written before can be played.
  public func stop() throws(MonitorError) {
    isStopping.store(true, ordering: .relaxed)
    thread.withLock { $0 }?.join()
    if let failure = outcome.withLock({ $0.failure }) { throw failure }
  }

  /// How many events were recorded and how many lost; known once it was stopped.
  public var events: (recorded: UInt64, lost: UInt64) {
    outcome.withLock { ($0.statistics?.events ?? 0, $0.statistics?.lostEvents ?? 0) }
  }

  private func record(into file: OutputFile, maximumSize: UInt64?) {
    guard let session = LiveSession(ownProcess: ()) else { return }
    do {
      let writer = try RecordingWriter(
        to: file.descriptor, region: session.memory,
        options: RecordingOptions(maximumSize: maximumSize),
        resolver: ModuleResolver(session.snapshot().modules))
      while try writer.step() == .recording && !isStopping.load(ordering: .relaxed) {
        Program.waitReadable(-1, milliseconds: writer.pause)
      }
      try writer.finish()
      outcome.withLock { $0.statistics = writer.statistics }
    } catch {
      outcome.withLock { $0.failure = MonitorError(.recording, "\(error)") }
    }
  }
}
