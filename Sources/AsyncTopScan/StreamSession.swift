package import AsyncTopBus
import AsyncTopLinux

/// A session of a process that runs, with what is buffered in its streams: nobody reports that, so
/// it is looked for in the process's memory, where that may be read.
package final class StreamSession {
  /// The first look may take as long as this, and goes through all heaps twice if it can: what is
  /// seen first is of which classes there are objects.
  private static let firstPass: Duration = .milliseconds(250)
  private static let laterPass: Duration = .milliseconds(10)
  /// Of all time, looking takes no more than one part of so many.
  private static let share: UInt64 = 20

  private let session: any Session
  private var scanner: StreamScanner<ProcessMemory>?
  private var found: [ResourceRecord] = []
  /// When it is looked again, in nanoseconds of the monotonic clock.
  private var next: UInt64 = 0

  /// Looks for the first time; what can't be read is as if there were no streams.
  ///
  /// - Parameters:
  ///   - session: The session.
  ///   - process: Its process.
  package init(_ session: any Session, process: Int32) {
    self.session = session
    let memory = ProcessMemory(of: process)
    guard ProcessFiles.is32Bit(process) == false, var pages = try? MemoryPages(memory),
      (try? pages.begin()) != nil, let runtime = try? SwiftRuntime(of: process, &pages),
      !runtime.streams.all.isEmpty
    else { return }
    scanner = try? StreamScanner(
      pages, layout: runtime.layout, metadata: runtime.metadata, runtime.streams)
    look(for: Self.firstPass, rounds: 2)
  }

  private func look(for time: Duration, rounds: Int = 1) {
    let began = SystemClock.monotonic
    let deadline = began +| UInt64(time / .nanoseconds(1))
    do throws(Errno) {
      for _ in 0..<rounds {
        if let streams = try scanner?.pass(until: deadline) { found = streams.map(\.record) }
      }
    } catch {
      // It has ended, or has become another program.
      scanner = nil
      found = []
    }
    let now = SystemClock.monotonic
    next = now +| (now -| began) * Self.share
  }
}

extension StreamSession: Session {
  package func snapshot() -> Snapshot {
    let snapshot = session.snapshot()
    guard scanner != nil, snapshot.process.ending == nil else { return snapshot }
    if SystemClock.monotonic >= next { look(for: Self.laterPass) }
    return snapshot.adding(found)
  }

  package var period: Duration? { session.period }

  package func observe(task: UInt64?) { session.observe(task: task) }

  package func newPolls() -> NewPolls { session.newPolls() }
}
