import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// What there is to know of the program at a glance, in one to six lines: who it is, how it moves,
/// what its tasks do, and the worst that checks have found.
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

  /// How much of it is shown.
  enum Extent: Int, Hashable, CaseIterable {
    /// Who the program is, and the worst warning.
    case line
    /// The same, with graphs of a row.
    case compact
    /// Graphs of three rows, and what tasks do.
    case full

    /// What there is room for.
    static func fitting(_ size: Size) -> Extent {
      size.rows < 14 ? .line : size.rows < 30 ? .compact : .full
    }

    func rows(in size: Size) -> Int {
      switch self {
      case .line: size.rows < 3 ? 0 : 1
      case .compact: min(size.rows < 18 ? 2 : 3, size.rows / 4)
      case .full: min(6, size.rows / 4)
      }
    }
  }

  let insight: Insight
  let parts: StateParts
  let rates: SessionRates
  let cost: OwnCost
  let mode: Mode
  let look: Look

  private var total: Int { insight.snapshot.tasks.count }

  func draw(on canvas: inout Canvas) {
    var rest = canvas.area
    let rows = rest.rows
    canvas.inside(rest.cutTop(1)) { drawIdentity(on: &$0, isAlone: rows == 1) }
    guard !rest.isEmpty else { return }
    let warnings = rest.cutBottom(1)
    if rows >= 6 {
      canvas.inside(rest.cutTop(3)) { HeaderGraphs(insight, rates, look).draw(on: &$0) }
      canvas.inside(rest.cutTop(1)) { drawMeter(on: &$0) }
    } else if rows >= 3 {
      canvas.inside(rest.cutTop(1)) { HeaderGraphs(insight, rates, look).draw(on: &$0) }
    }
    canvas.inside(warnings) { canvas in
      // Where nothing was found, the line is there for what tasks do.
      if insight.history.warnings.warnings.isEmpty, rows < 6 {
        drawMeter(on: &canvas)
      } else {
        WarningLine(insight: insight, look: look).draw(on: &canvas)
      }
    }
  }

  private func drawIdentity(on canvas: inout Canvas, isAlone: Bool) {
    canvas.fill(style: look[.header])
    var facts = processFacts
    if isAlone {
      facts.append(Fact("tasks", CompactText.count(UInt64(total)), priority: 9))
      // It takes what room the name leaves.
      let room = canvas.size.columns - SafeText.columns(of: insight.snapshot.process.name) - 10
      if let worst = WarningLine(insight: insight, look: look).worst, room >= 16 {
        let text = SafeText.truncated(
          worst.text, to: room, ellipsis: canvas.glyphs.ellipsis)
        facts.append(Fact("", text, worst.role, priority: 10))
      }
    }
    facts += notes
    if !isAlone {
      let (sample, frame) = (
        CompactText.duration(cost.sample), CompactText.duration(cost.frame)
      )
      facts.append(Fact("asynctop", "sample \(sample) frame \(frame)", .dim, priority: 1))
    }
    Fact.draw(
      Fact.fitting(facts, columns: canvas.size.columns), row: 0, on: &canvas, look: look)
  }

  private var modeFact: Fact {
    switch mode {
    case .live: Fact("", "LIVE", .stateRunning, priority: 20)
    case .scanning: Fact("", "SCAN", .stateScheduled, priority: 20)
    case .paused: Fact("", "PAUSED", .paused, priority: 20)
    case .ended: Fact("", "ENDED", .error, priority: 20)
    case .playing(let position): Fact("REC", MomentText.text(position), .recording, priority: 20)
    case .stopped(let position): Fact("REC", MomentText.text(position), .paused, priority: 20)
    }
  }

  private var processFacts: [Fact] {
    let snapshot = insight.snapshot
    let uptime = insight.nanoseconds(snapshot.now -| snapshot.clock.start.ticks)
    return [
      modeFact, Fact("", snapshot.process.name, priority: 11),
      Fact("pid", "\(snapshot.process.id)", priority: 2),
      Fact("up", CompactText.duration(uptime), priority: 3),
    ]
  }

  /// What is not as usual with the process or with what is seen of it.
  private var notes: [Fact] {
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
    let losses = insight.snapshot.losses
    facts += [
      (losses.events, "events lost"), (losses.tasks, "tasks unlisted"),
      (losses.timers, "timers unlisted"), (losses.groups +| losses.resources, "others unlisted"),
      (losses.threads, "threads unlisted"),
    ].filter { $0.0 > 0 }.map { count, text in
      Fact("", "\(CompactText.count(count)) \(text)", .warning, priority: 10)
    }
    if let detail = insight.snapshot.process.nativeDetail.shortWarning {
      facts.append(Fact("", detail, .warning, priority: 10))
    }
    return facts
  }

  /// All tasks as a bar of what they do, and in numbers.
  private func drawMeter(on canvas: inout Canvas) {
    let parts = self.parts.parts
    var column = canvas.write(
      [
        ("\(CompactText.count(UInt64(insight.snapshot.tasks.count)))", look[.text].adding(.bold)),
        (" tasks ", look[.dim]),
      ],
      at: .zero)
    let width = min(40, max(0, canvas.size.columns / 3 - 4))
    if canvas.size.columns >= 60, total > 0 {
      column += canvas.meter(
        parts.map { ($0.count, look[$0.role]) }, at: Point(column: column, row: 0), width: width)
    }
    let asked = self.parts.cancelled
    let stopping = StateParts.Part(count: asked, word: "cancelled", role: .stateCancelled)
    for part in parts + (asked > 0 ? [stopping] : []) {
      let text = "\(CompactText.count(UInt64(part.count))) \(part.word)"
      guard column + text.count + 4 <= canvas.size.columns else { continue }
      column = canvas.write(
        [
          ("\(canvas.glyphs.meter) ", look[part.role]),
          ("\(CompactText.count(UInt64(part.count)))", look[.text]),
          (" \(part.word)  ", look[.dim]),
        ], at: Point(column: column, row: 0))
    }
  }
}

/// The worst that checks have found, in words.
struct WarningLine {
  let insight: Insight
  let look: Look

  private var log: WarningLog { insight.history.warnings }

  /// The worst one that is so now, as one text.
  var worst: (text: String, role: ThemeRole)? {
    guard let warning = log.worstFirst.first, warning.isActive else { return nil }
    return (
      "\(look.sign(warning.role)) \(warning.kind.title) \(warning.text) \(time(of: warning))",
      warning.role
    )
  }

  func draw(on canvas: inout Canvas) {
    let warnings = log.worstFirst
    guard !warnings.isEmpty else {
      canvas.write("nothing found", at: .zero, style: look[.dim])
      return
    }
    let active = warnings.prefix { $0.isActive }.count
    let over = warnings.count - active
    let count = (active > 0 ? "\(active)" : "") + (over > 0 ? " +\(over)" : "")
    let end = canvas.size.columns - count.count - 1
    canvas.write(count, at: Point(column: end + 1, row: 0), style: look[.dim])
    canvas.inside(Rect(column: 0, row: 0, columns: max(0, end), rows: 1)) { canvas in
      var column = 0
      // Of those that are over, the latest is told as long as nothing else is wrong.
      for warning in warnings.prefix(max(1, min(active, 3))) where column < canvas.size.columns {
        column = draw(warning, at: column, shares: max(1, min(active, 3)), on: &canvas) + 2
      }
    }
  }

  private func draw(
    _ warning: Warning, at column: Int, shares: Int, on canvas: inout Canvas
  ) -> Int {
    let look = look
    let sign = "\(look.sign(warning.role)) \(warning.kind.title) "
    let time = " " + time(of: warning)
    // The first may take what it needs, but leaves room for the name of the next.
    let room = canvas.size.columns - column - (shares > 1 && column == 0 ? 24 : 0)
    let text = SafeText.truncated(
      warning.text, to: max(0, room - SafeText.columns(of: sign) - time.count),
      ellipsis: canvas.glyphs.ellipsis)
    return canvas.write(
      [
        (sign, look[warning.role]), (text, look[warning.isActive ? .text : .dim]),
        (time, look[warning.isActive ? warning.role : .dim]),
      ], at: Point(column: column, row: 0))
  }

  private func time(of warning: Warning) -> String {
    if warning.isActive { return warning.worstText }
    let ago = insight.nanoseconds(insight.snapshot.now -| warning.last)
    return "\(warning.worstText), \(CompactText.duration(ago)) ago"
  }
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
