import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// The facts about the process, in one to three lines.
///
/// What deserves a look stands on the first line; what of that finds no room there, on the last.
struct HeaderView {
  /// Whether the picture moves.
  enum Mode: Hashable {
    case live
    case scanning
    case paused
    case ended
    case playing(position: Duration)
    case stopped(position: Duration)
  }

  let insight: Insight
  let rates: SessionRates
  let cost: OwnCost
  let mode: Mode
  let look: Look

  /// From so many columns on, two lines have room for everything.
  static let wideColumns = 140

  func draw(on canvas: inout Canvas) {
    canvas.fill(style: look[.header])
    let columns = canvas.size.columns
    var lines =
      columns >= HeaderView.wideColumns
      ? [processFacts + taskFacts + warnings, rateFacts + costFacts]
      : [processFacts + warnings, taskFacts + rateFacts, costFacts]
    lines = Array(lines.prefix(canvas.size.rows))
    for row in lines.indices {
      let excess = Fact.takeExcess(of: &lines[row], columns: columns)
      if row == 0, lines.count > 1 {
        lines[lines.count - 1].insert(contentsOf: excess.filter(\.isWarning), at: 0)
      }
      Fact.draw(lines[row], row: row, on: &canvas, look: look)
    }
  }

  private var modeFact: Fact {
    switch mode {
    case .live: Fact("", "LIVE", .stateRunning, priority: 20)
    case .scanning: Fact("", "SCAN", .stateScheduled, priority: 20)
    case .paused: Fact("", "PAUSED", .paused, priority: 20)
    case .ended: Fact("", "ENDED", .error, priority: 20)
    case .playing(let position): Fact("REC", clockText(position), .recording, priority: 20)
    case .stopped(let position): Fact("REC", clockText(position), .paused, priority: 20)
    }
  }

  private var processFacts: [Fact] {
    let snapshot = insight.snapshot
    let uptime = insight.nanoseconds(snapshot.now -| snapshot.clock.start.ticks)
    return [
      modeFact, Fact("", snapshot.process.name, priority: 11),
      Fact("pid", "\(snapshot.process.id)", priority: 2),
      Fact("up", CompactText.duration(uptime), priority: 3),
      Fact("tasks", CompactText.count(UInt64(insight.sums.total)), priority: 9),
    ]
  }

  /// What deserves a look, the worst first.
  private var warnings: [Fact] {
    var facts: [Fact] = []
    switch insight.snapshot.process.ending {
    case .replaced(let name):
      facts.append(
        Fact("", "the process is now \(SafeText.clean(name))", .error, priority: 19))
    case .ejected:
      facts.append(Fact("", "the probe was taken out; the process goes on", .error, priority: 19))
    case .cutShort:
      facts.append(Fact("", "its region file was cut short", .error, priority: 19))
    case .exited, nil: break
    }
    if insight.snapshot.tasks.count <= Insight.deadlockLimit, !insight.deadlocks.isEmpty {
      let count = insight.deadlocks.count
      facts.append(
        Fact("", "\(count) deadlock\(count == 1 ? "" : "s")", .error, priority: 13))
    }
    let blocked = insight.longPolls()
    if let poll = blocked.first {
      let others = blocked.count > 1 ? ", \(blocked.count - 1) more" : ""
      let time = CompactText.duration(poll.nanoseconds)
      facts.append(
        Fact("", "task \(poll.task) blocks its thread for \(time)\(others)", .warning, priority: 12)
      )
    } else if let block = insight.pastBlocks.first {
      facts.append(Fact("", insight.text(of: block), .warning, priority: 12))
    }
    let misuses = insight.lockMisuses
    if let misuse = misuses.first {
      let others = misuses.count > 1 ? ", \(misuses.count - 1) more" : ""
      facts.append(Fact("", insight.text(of: misuse) + others, .warning, priority: 11))
    }
    if let starved = insight.starvedText {
      facts.append(Fact("", starved, .warning, priority: 11))
    }
    if let stream = insight.streamText {
      facts.append(Fact("", stream, .warning, priority: 11))
    }
    facts += lossFacts
    if let detail = insight.snapshot.process.nativeDetail.shortWarning {
      facts.append(Fact("", detail, .warning, priority: 10))
    }
    return facts
  }

  private var lossFacts: [Fact] {
    let losses = insight.snapshot.losses
    return [
      (losses.events, "events lost"), (losses.tasks, "tasks unlisted"),
      (losses.timers, "timers unlisted"), (losses.groups +| losses.resources, "others unlisted"),
      (losses.threads, "threads unlisted"),
    ].filter { $0.0 > 0 }.map { count, text in
      Fact("", "\(CompactText.count(count)) \(text)", .warning, priority: 10)
    }
  }

  private var taskFacts: [Fact] {
    let counts = insight.sums
    func count(_ number: Int) -> String { CompactText.count(UInt64(number)) }
    var facts = [
      Fact("running", count(counts[.running]), .stateRunning, priority: 9),
      Fact("scheduled", count(counts[.scheduled]), .stateScheduled, priority: 8),
      Fact("waiting", count(counts[.waiting] + counts[.created]), .stateWaiting, priority: 7),
    ]
    if counts.cancelled > 0 {
      facts.append(Fact("cancelled", count(counts.cancelled), .stateCancelled, priority: 6))
    }
    if insight.isScanned {
      facts.append(Fact("groups", count(insight.snapshot.groups.count), priority: 5))
    } else {
      facts.append(Fact("timers", count(insight.snapshot.timerSums.count), priority: 5))
    }
    return facts
  }

  private var rateFacts: [Fact] {
    if insight.isScanned { return [] }
    var facts = [
      Fact("polls", CompactText.rate(rates.polls), priority: 4),
      Fact("created", CompactText.rate(rates.created), priority: 2),
      Fact("wakes", CompactText.rate(rates.wakes), priority: 1),
    ]
    if let lag = insight.lag {
      facts.append(Fact("lag", lag.now.map(CompactText.duration) ?? "unknown", priority: 3))
      if let worst = lag.worst {
        facts.append(Fact("worst in 2m", CompactText.duration(worst), priority: 2))
      }
    }
    return facts
  }

  private var costFacts: [Fact] {
    var facts = insight.snapshot.loops.prefix(4).map { loop in
      let busy = Int(((rates.loopBusy[loop.id] ?? 0) * 100).rounded())
      return Fact("loop \(loop.name)".trimmed, "\(busy)% busy", priority: 5)
    }
    let threads = insight.snapshot.workers.count { $0.isLive }
    if !insight.isScanned { facts.append(Fact("threads", "\(threads)", priority: 4)) }
    facts.append(
      Fact(
        "asynctop",
        "sample \(CompactText.duration(cost.sample))"
          + " frame \(CompactText.duration(cost.frame))",
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
    case .scanned: "no probe: polls, timers and times unknown"
    }
  }
}

extension String {
  /// The text without a space at its end.
  fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}

/// A fact on a line of the header.
struct Fact {
  /// What it is about; empty if the value says it.
  var name: String
  /// The fact; may hold untrusted text.
  var value: String
  /// How the value is drawn.
  var role: ThemeRole
  /// How much it matters: where there isn't room for all, the lowest goes first.
  var priority: Int

  init(_ name: String, _ value: String, _ role: ThemeRole = .headerValue, priority: Int) {
    self.name = name
    self.value = value
    self.role = role
    self.priority = priority
  }

  /// Whether it deserves a look.
  var isWarning: Bool { role == .warning || role == .error }

  private var columns: Int {
    SafeText.columns(of: value) + (name.isEmpty ? 0 : SafeText.columns(of: name) + 1)
  }

  /// Takes out of facts those there isn't room for, the least first, and returns them in their
  /// order.
  static func takeExcess(of facts: inout [Fact], columns: Int) -> [Fact] {
    var excess: [(place: Int, fact: Fact)] = []
    var shown = Array(facts.enumerated())
    while shown.count > 1,
      shown.reduce(0, { $0 + $1.element.columns }) + 2 * (shown.count - 1) > columns,
      let least = shown.indices.min(by: {
        (shown[$0].element.priority, -$0) < (shown[$1].element.priority, -$1)
      })
    {
      let taken = shown.remove(at: least)
      excess.append((taken.offset, taken.element))
    }
    facts = shown.map(\.element)
    return excess.sorted { $0.place < $1.place }.map(\.fact)
  }

  /// Draws facts on one row.
  static func draw(_ facts: [Fact], row: Int, on canvas: inout Canvas, look: Look) {
    var column = 0
    for fact in facts {
      if !fact.name.isEmpty {
        column += canvas.write(
          fact.name + " ", at: Point(column: column, row: row), style: look[.header])
      }
      column += canvas.write(
        fact.value, at: Point(column: column, row: row), style: look[fact.role])
      column += 2
    }
  }
}
