package import AsyncTopBus
import AsyncTopLinux

/// A process without a probe, looked at from outside: nothing of it is stopped or written.
///
/// Each snapshot reads its tasks anew. What happens between two of them is not seen.
package final class ScanSession {
  /// The first pass looks through the heaps for as long as this; those after it go on from there.
  private static let firstPass: Duration = .seconds(2)
  private static let laterPass: Duration = .milliseconds(10)

  /// The process.
  package let id: Int32
  /// How the scan goes.
  package private(set) var facts: ScanFacts
  private let region: ScanRegion
  private var scanner: TaskScanner<ProcessMemory>
  private let start: UInt64?
  private let executable: String?
  private var ending: SessionEnding?
  private var latest: UInt64 = 0
  /// Whether what the latest pass found has been shown already.
  private var isStale = false

  /// Prepares to scan a process.
  ///
  /// - Parameter id: The process.
  /// - Throws: Why it can't be scanned, with what to do.
  package init(process id: Int32) throws(ScanProblem) {
    if ProcessFiles.is32Bit(id) == true { throw .is32Bit }
    self.id = id
    start = ProcessFiles.start(of: id)
    executable = ProcessFiles.linkTarget("/proc/\(id)/exe")
    let memory = ProcessMemory(of: id)
    var pages = try ScanProblem.reading { () throws(Errno) in
      var pages = try MemoryPages(memory)
      try pages.begin()
      try Self.check(memory, pages.areas)
      return pages
    }
    let runtime = try SwiftRuntime(of: id, &pages)
    let (path, age) = (executable ?? "", ProcessFiles.age(of: id) ?? 0)
    region = try ScanProblem.reading { () throws(Errno) in
      try ScanRegion(of: id, executable: path, age: age, runtime: runtime)
    }
    scanner = try ScanProblem.reading { () throws(Errno) in
      try TaskScanner(pages, layout: runtime.layout, metadata: runtime.metadata)
    }
    facts = ScanFacts(runtime: runtime)
    try scan(for: Self.firstPass)
    // The layout of a runtime without symbols is a guess until a task bears it out.
    if runtime.kind == .stripped && !facts.isLayoutProven { throw .unproven }
  }

  /// Whether the memory may be read at all.
  private static func check(
    _ memory: ProcessMemory, _ areas: [MemoryArea]
  ) throws(Errno) {
    guard let area = areas.first(where: { $0.isReadable && $0.kind == .file }) else { return }
    let first = area.range.lowerBound
    var word: UInt64 = 0
    _ = try unsafe withUnsafeMutableBytes(of: &word) { (bytes) throws(Errno) in
      unsafe try memory.read([first..<first + 8], into: bytes)
    }
  }

  private func scan(for time: Duration) throws(ScanProblem) {
    let began = SystemClock.monotonic
    let pass = try ScanProblem.reading { () throws(Errno) in
      try scanner.pass(until: began +| UInt64(time / .nanoseconds(1)))
    }
    latest = SystemClock.monotonic
    region.update(pass.tasks, keeping: pass.unreadable, at: latest)
    facts.take(pass, scanner.coverage, nanoseconds: SystemClock.monotonic -| began)
  }

  /// How the process has come to its end; nil while it runs, and not another program.
  private var endingNow: SessionEnding? {
    guard let life = ProcessFiles.life(of: id), life.start == start, !life.isOver else {
      return .exited
    }
    let now = ProcessFiles.linkTarget("/proc/\(id)/exe")
    return now == executable ? nil : .replaced(by: MonitoredProcess.shownName(of: id))
  }
}

extension ScanSession: Session {
  package func snapshot() -> Snapshot {
    if ending == nil {
      do throws(ScanProblem) {
        if isStale { try scan(for: Self.laterPass) }
        ending = endingNow
      } catch {
        ending = endingNow ?? .exited
      }
    }
    isStale = true
    return Snapshot(of: region.memory, at: latest, clock: region.clock, ending: ending)
  }
}

/// How a scan goes, for people.
package struct ScanFacts: Sendable {
  /// The runtime that was found.
  package let runtime: SwiftRuntime
  /// What was looked through.
  package private(set) var coverage = ScanCoverage()
  /// How long the latest pass took, in nanoseconds.
  package private(set) var nanoseconds: UInt64 = 0
  /// Sleeps of Swift's own that go on, whose deadlines are not seen.
  package private(set) var sleeps = 0
  /// Whether a task was seen that names itself in what it waits by, where the layout says.
  package private(set) var isLayoutProven = false
  init(runtime: SwiftRuntime) {
    self.runtime = runtime
  }

  /// Whether all heaps have been looked through.
  package var isComplete: Bool { coverage.rounds > 0 }

  mutating func take<Memory>(
    _ pass: TaskScanner<Memory>.Pass, _ coverage: ScanCoverage, nanoseconds: UInt64
  ) {
    self.coverage = coverage
    self.nanoseconds = nanoseconds
    sleeps = pass.wakeUps
    isLayoutProven = isLayoutProven || pass.tasks.contains { $0.wait != .none }
  }
}

extension ScanFacts {
  /// What was not looked through, for people; nil if that is nothing.
  package var notice: String? {
    if !isComplete {
      return
        "only \(coverage.bytes >> 20) MiB of the heaps were looked through in the time allowed:"
        + " there may be more tasks"
    }
    guard coverage.swapped > 0 else { return nil }
    return "\(coverage.swapped >> 10) KiB of the heaps are swapped out and were not looked through"
  }
}
