import AsyncRuntime
import Glibc
import AsyncTopBus

/// Callbacks of every kind, each of which blocks for longer than those before, and what a watcher
/// sees of it: `kind: line, expected line`.
@MainActor
enum Callbacks {
  nonisolated static func main() throws {
    try AsyncRuntime.run {
      guard let loop = EventLoop.running else { return }
      try await callbacks(loop)
      try await descriptors(loop)
    }
  }

  /// Takes longer than every job before, however long the machine let that take.
  private static func block() {
    let snapshot = LiveSession(ownProcess: ())?.snapshot()
    let longest = snapshot?.loops.first?.longestJob?.length ?? 0
    usleep(UInt32((snapshot?.clock.nanoseconds(longest) ?? 0) / 1000) + 3_000)
  }

  private static func report(_ kind: String, _ line: UInt32) async throws {
    try await sleep(.milliseconds(1))
    let loop = LiveSession(ownProcess: ())?.snapshot()
    guard let snapshot = loop, let job = snapshot.loops.first?.longestJob else { return }
    guard case .source(_, let found, _)? = snapshot.site(job.site), job.task == 0 else {
      print("\(kind): no site")
      return
    }
    print("\(kind): \(found == line ? "its line" : "line \(found) and not \(line)")")
  }

  private static func callbacks(_ loop: EventLoop) async throws {
    var line: UInt32 = #line + 1
    loop.callSoon { MainActor.assumeIsolated { block() } }
    try await report("callSoon", line)
    line = #line + 1
    loop.callSoonThreadsafe { MainActor.assumeIsolated { block() } }
    try await report("callSoonThreadsafe", line)
    line = #line + 1
    loop.callLater(.zero) { MainActor.assumeIsolated { block() } }
    try await report("callLater", line)
    let future = try Future<Void>()
    line = #line + 1
    future.addDoneCallback { _ in MainActor.assumeIsolated { block() } }
    try future.setResult(())
    try await report("addDoneCallback", line)
    line = #line + 1
    try loop.addSignalHandler(SIGUSR1) { MainActor.assumeIsolated { block() } }
    kill(getpid(), SIGUSR1)
    try await sleep(.milliseconds(20))
    try await report("addSignalHandler", line)
  }

  private static func descriptors(_ loop: EventLoop) async throws {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { return }
    var line: UInt32 = #line + 1
    try loop.addWriter(ends[1]) { MainActor.assumeIsolated { once(loop, ends[1]) } }
    try await report("addWriter", line)
    line = #line + 1
    try loop.addReader(ends[0]) { MainActor.assumeIsolated { once(loop, ends[0]) } }
    unsafe write(ends[1], "x", 1)
    try await report("addReader", line)
  }

  private static func once(_ loop: EventLoop, _ descriptor: Int32) {
    loop.removeWriter(descriptor)
    loop.removeReader(descriptor)
    block()
  }
}
