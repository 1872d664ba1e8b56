package import AsyncTopBus
import AsyncTopLinux

/// A session of a process that runs, with what is buffered in its streams: nobody reports that, so
/// it is looked for in the process's memory, where that may be read.
package final class StreamSession {
  private static let laterPass: Duration = .milliseconds(10)
  /// When it is looked first if nobody waits for that, in nanoseconds.
  private static let delay: UInt64 = 500_000_000
  /// Of all time, looking takes no more than one part of so many.
  private static let share: UInt64 = 20

  private let session: any Session
  private let process: Int32
  /// Nil until it is looked first, and if nothing can be read: that is as if there were no streams.
  private var scanner: StreamScanner<ProcessMemory>?
  private var found: [ResourceRecord] = []
  /// When it is looked again, in nanoseconds of the monotonic clock; nil if there is no use in it.
  private var next: UInt64?

  /// Looks for the first time, if there is time for that.
  ///
  /// It goes through all heaps twice if it can: what is seen first is of which classes there are
  /// objects.
  ///
  /// - Parameters:
  ///   - session: The session.
  ///   - process: Its process.
  ///   - time: How long the first look may take; 0 to be there at once, and look a little later.
  package init(_ session: any Session, process: Int32, lookingFor time: Duration) {
    self.session = session
    self.process = process
    if time > .zero { begin(lookingFor: time) } else { next = SystemClock.monotonic +| Self.delay }
  }

  private func begin(lookingFor time: Duration) {
    next = nil
    let memory = ProcessMemory(of: process)
    guard ProcessFiles.is32Bit(process) == false, var pages = try? MemoryPages(memory),
      (try? pages.begin()) != nil, let runtime = try? SwiftRuntime(of: process, &pages),
      !runtime.streams.all.isEmpty
    else { return }
    scanner = try? StreamScanner(
      pages, layout: runtime.layout, metadata: runtime.metadata, runtime.streams)
    look(for: time, rounds: 2)
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
    next = scanner == nil ? nil : now +| (now -| began) * Self.share
  }
}

extension StreamSession: Session {
  package func snapshot() -> Snapshot {
    let snapshot = session.snapshot()
    guard snapshot.process.ending == nil, let next else { return snapshot }
    if SystemClock.monotonic >= next {
      if scanner == nil { begin(lookingFor: Self.laterPass) } else { look(for: Self.laterPass) }
    }
    return snapshot.adding(found)
  }

  package var period: Duration? { session.period }

  package func observe(task: UInt64?) { session.observe(task: task) }

  package func newPolls() -> NewPolls { session.newPolls() }
}
