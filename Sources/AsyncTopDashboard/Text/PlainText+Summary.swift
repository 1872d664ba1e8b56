import AsyncTopBus
public import AsyncTopInsight
import AsyncTopTerminal

extension PlainText {
  /// The facts about a session that the header of the dashboard shows, in some lines.
  public static func summary(_ insight: Insight, rates: SessionRates) -> [String] {
    let snapshot = insight.snapshot
    let counts = insight.sums
    let uptime = insight.nanoseconds(snapshot.now -| snapshot.clock.start.ticks)
    var lines = [
      "\(SafeText.clean(snapshot.process.name)), process \(snapshot.process.id),"
        + " \(snapshot.process.isRunning ? "up" : "ended after") \(CompactText.duration(uptime))",
      counted(counts.total, "task")
        + ": \(counts[.running]) running, \(counts[.scheduled]) scheduled,"
        + " \(counts[.waiting] + counts[.created]) waiting"
        + (counts.cancelled > 0 ? ", \(counts.cancelled) cancelled" : "")
        + "; " + counted(snapshot.groups.count, "group")
        + (insight.isScanned
          ? ""
          : ", " + counted(snapshot.timerSums.count, "timer") + ", "
            + counted(snapshot.resources.count, "resource")),
    ]
    if !insight.isScanned {
      lines.append(
        "\(CompactText.rate(rates.polls)) polls, \(CompactText.rate(rates.created)) created,"
          + " \(CompactText.rate(rates.wakes)) wakes")
    }
    if let lag = insight.lag {
      lines.append(
        "lag \(lag.now.map(CompactText.duration) ?? "unknown")"
          + (lag.worst.map { ", at worst \(CompactText.duration($0)) in two minutes" } ?? ""))
    }
    return lines + warnings(insight)
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// The most past blocks that are told, the longest first.
  private static let blockLimit = 5
  /// The most misuses of locks that are told.
  private static let misuseLimit = 5

  /// What deserves a look: deadlocks, blocked threads, misused locks, losses, what can't be seen.
  public static func warnings(_ insight: Insight) -> [String] {
    var lines = insight.deadlocks.map { circle in
      "deadlock: " + SafeText.clean(circle.map(insight.label).joined(separator: ", "))
        + " wait for each other"
    }
    lines += insight.longPolls().map { poll in
      "task \(poll.task) blocks thread \(poll.thread) for \(CompactText.duration(poll.nanoseconds))"
    }
    if let starved = insight.starvedText {
      lines.append(SafeText.clean("\(starved): \(insight.threadsText)"))
    }
    if let stream = insight.streamText { lines.append(SafeText.clean(stream)) }
    lines += insight.pastBlocks.prefix(blockLimit).map { SafeText.clean(insight.text(of: $0)) }
    lines += insight.lockMisuses.prefix(misuseLimit).map { SafeText.clean(insight.text(of: $0)) }
    switch insight.snapshot.process.ending {
    case .replaced(let name):
      lines.insert(
        "the process runs another program now, \(SafeText.clean(name)), or itself again", at: 0)
    case .ejected:
      lines.insert("the process goes on; its probe was taken out", at: 0)
    case .cutShort:
      lines.insert("its region file was cut short: nothing is known of it any more", at: 0)
    case .exited, nil: break
    }
    let losses = insight.snapshot.losses
    for (count, text) in [
      (losses.events, "events lost"), (losses.tasks, "tasks unlisted"),
      (losses.groups, "groups unlisted"), (losses.timers, "timers unlisted"),
      (losses.resources, "resources unlisted"), (losses.threads, "threads unlisted"),
    ] where count > 0 {
      lines.append("\(count) \(text)")
    }
    if let detail = insight.snapshot.process.nativeDetail.shortWarning { lines.append(detail) }
    return lines
  }
}
