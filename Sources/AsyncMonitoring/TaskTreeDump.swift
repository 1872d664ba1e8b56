import AsyncTopBus
import AsyncTopDashboard
import AsyncTopInsight
import AsyncTopLinux
import Synchronization

/// Writes the task tree to standard error when a signal comes.
///
/// The signal's handler only wakes a thread, which writes; the app's threads go on.
public final class TaskTreeDump: Sendable {
  private let isStopping = Atomic<Bool>(false)
  private let thread: Mutex<BackgroundThread?>

  init(on signal: Int32) throws(MonitorError) {
    AsyncMonitor.expose()
    thread = Mutex(nil)
    do throws(Errno) {
      let watch = try SignalWatch(signal)
      let started = try BackgroundThread(name: "asynctop dump") { self.wait(for: watch) }
      thread.withLock { $0 = started }
    } catch .busy {
      throw MonitorError(
        .signal, "signal \(signal) has a handler already; choose another one", cause: .busy)
    } catch {
      throw MonitorError(.signal, "signal \(signal) can't be used: \(error)", cause: error)
    }
  }

  /// Gives the signal its former disposition back, once a signal that has come is answered.
  ///
  /// It blocks the thread for that long. Calling it again does nothing.
  @available(*, noasync, message: "it would block a thread that runs tasks; say await stop()")
  public func stop() {
    finish()
  }

  /// Gives the signal its former disposition back, once a signal that has come is answered.
  ///
  /// Calling it again does nothing. It waits also if the calling task is cancelled.
  public func stop() async {
    await BackgroundThread.run(name: "asynctop stop") { self.finish() }
  }

  private func finish() {
    isStopping.store(true, ordering: .releasing)
    thread.withLock { $0 }?.join()
  }

  private func wait(for watch: SignalWatch) {
    let book = LiveSession(ownProcess: ()).map {
      LocationBook(resolver: ModuleResolver(live: $0.snapshot()))
    }
    var isLast = false
    while !isLast {
      // A signal that came before the end is still answered.
      isLast = isStopping.load(ordering: .acquiring)
      guard watch.wait(milliseconds: isLast ? 0 : 50) else { continue }
      if let book { Self.write(book) } else { Self.writeProblem() }
    }
  }

  private static func writeProblem() {
    let reason = AsyncMonitor.exposureProblem ?? "the process has no region"
    StandardError.write("asynctop: the tasks of this process are not known: \(reason)")
  }

  private static func write(_ places: LocationBook) {
    if let text = text(places) { StandardError.write(text) }
  }

  /// The summary and the tree of this process; nil if it is not exposed.
  static func text(_ places: LocationBook? = nil) -> String? {
    guard let session = LiveSession(ownProcess: ()) else { return nil }
    let snapshot = session.snapshot()
    let book = places ?? LocationBook(resolver: ModuleResolver(live: snapshot))
    let insight = Insight(snapshot, places: book)
    let text = TextStream.text { stream in
      for line in PlainText.summary(insight, rates: SessionRates()) { stream.line(line) }
      PlainText.tree(insight, to: &stream)
    }
    return String(text.dropLast())
  }
}
