import Instrumentation
import TaskInsight
import TerminalUI

/// The facts about the process, in one to three lines.
struct HeaderView {
  /// Whether the picture moves.
  enum Mode: Hashable {
    case live
    case paused
    case ended
    case playing(position: Duration)
    case stopped(position: Duration)
  }

  let insight: Insight
  let counts: StateCounts
  let rates: SessionRates
  let cost: OwnCost
  let mode: Mode
  let look: Look

  func draw(on canvas: inout Canvas) {
    canvas.fill(style: look[.header])
    let lines = [processFacts, taskFacts, costFacts]
    for (row, facts) in lines.prefix(canvas.size.rows).enumerated() {
      Fact.draw(facts, row: row, on: &canvas, look: look)
    }
  }

  private var modeFact: Fact {
    switch mode {
    case .live: Fact("", "LIVE", .stateRunning, priority: 9)
    case .paused: Fact("", "PAUSED", .paused, priority: 9)
    case .ended: Fact("", "ENDED", .error, priority: 9)
    case .playing(let position): Fact("REC", clockText(position), .recording, priority: 9)
    case .stopped(let position): Fact("REC", clockText(position), .paused, priority: 9)
    }
  }

  private var processFacts: [Fact] {
    let snapshot = insight.snapshot
    let uptime =
      snapshot.now > snapshot.clock.start.ticks
      ? insight.nanoseconds(snapshot.now - snapshot.clock.start.ticks) : 0
    var facts = [
      modeFact, Fact("", snapshot.process.name, priority: 8),
      Fact("pid", "\(snapshot.process.id)", priority: 4),
      Fact("up", CompactText.duration(uptime), priority: 5),
    ]
    facts += lossFacts
    facts.append(Fact("tasks", CompactText.count(UInt64(counts.total)), priority: 7))
    if let detail = snapshot.process.nativeDetail.shortWarning {
      facts.append(Fact("", detail, .warning, priority: 3))
    }
    return facts
  }

  private var lossFacts: [Fact] {
    let losses = insight.snapshot.losses
    var facts: [Fact] = []
    func add(_ count: UInt64, _ text: String) {
      if count > 0 {
        facts.append(Fact("", "\(CompactText.count(count)) \(text)", .warning, priority: 6))
      }
    }
    add(losses.events, "events lost")
    add(losses.tasks, "tasks unlisted")
    add(losses.timers, "timers unlisted")
    add(losses.groups + losses.resources, "others unlisted")
    add(losses.threads, "threads unlisted")
    return facts
  }

  private var taskFacts: [Fact] {
    func count(_ number: Int) -> String { CompactText.count(UInt64(number)) }
    var facts = [
      Fact("running", count(counts[.running]), .stateRunning, priority: 9),
      Fact("scheduled", count(counts[.scheduled]), .stateScheduled, priority: 8),
      Fact("waiting", count(counts[.waiting] + counts[.created]), .stateWaiting, priority: 7),
    ]
    if counts.cancelled > 0 {
      facts.append(Fact("cancelled", count(counts.cancelled), .stateCancelled, priority: 6))
    }
    facts += [
      Fact("timers", count(insight.snapshot.timers.count), priority: 5),
      Fact("polls", CompactText.rate(rates.polls), priority: 4),
      Fact("created", CompactText.rate(rates.created), priority: 2),
      Fact("wakes", CompactText.rate(rates.wakes), priority: 1),
    ]
    if let lag = insight.loopLag {
      facts.append(Fact("lag", CompactText.duration(lag.last), priority: 3))
      facts.append(Fact("worst", CompactText.duration(lag.worst), priority: 2))
    }
    return facts
  }

  private var costFacts: [Fact] {
    var facts: [Fact] = []
    if insight.snapshot.tasks.count <= Insight.deadlockLimit, !insight.deadlocks.isEmpty {
      let count = insight.deadlocks.count
      facts.append(
        Fact("", "\(count) deadlock\(count == 1 ? "" : "s")", .error, priority: 10))
    }
    if let poll = insight.longPolls().first {
      facts.append(
        Fact(
          "", "task \(poll.task) blocks its thread for \(CompactText.duration(poll.nanoseconds))",
          .warning, priority: 9))
    }
    facts += insight.snapshot.loops.prefix(4).map { loop in
      let busy = Int(((rates.loopBusy[loop.id] ?? 0) * 100).rounded())
      return Fact("loop \(loop.name)".trimmed, "\(busy)% busy", priority: 5)
    }
    let threads = insight.snapshot.workers.count { $0.isLive }
    facts.append(Fact("threads", "\(threads)", priority: 4))
    facts.append(
      Fact(
        "asynctop",
        "sample \(CompactText.duration(cost.sample))"
          + " frame \(CompactText.duration(cost.frame)) \(CompactText.bytes(cost.bytes))",
        .dim, priority: 3))
    return facts
  }

  /// A moment of a recording: `1:02.345`.
  private func clockText(_ moment: Duration) -> String { MomentText.text(moment) }
}

extension NativeDetail {
  /// What is missing of native tasks, in a few words; nil if nothing is.
  var shortWarning: String? {
    switch self {
    case .full, .notStarted: nil
    case .partial: "native tasks without sites"
    case .noRuntime: "no native tasks"
    case .unknownLayout: "native tasks unseen: unknown Swift version"
    case .selfTestFailed: "native tasks unseen: self-test failed"
    }
  }
}

extension String {
  /// The text without a space at its end.
  fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}
