import AsyncTopBus

// Who keeps threads from others.
extension WarningCheck {
  static let blockedLoop = WarningCheck(
    kind: WarningKind(
      "loop-blocked", "loop blocked",
      means: "One poll kept an event loop from all its other tasks, timers and sockets.",
      foundBy: "polls and callbacks on a loop's thread of more than 100ms",
      advice: "Move the work off the loop by toThread { }, @concurrent or an executor of its own;"
        + " or await Task.yield() now and then."),
    unit: .time
  ) { input in
    blocks(input.insight, onLoops: true, longerThan: Insight.shortBlock)
  }

  static let longPoll = WarningCheck(
    kind: WarningKind(
      "long-poll", "thread blocked",
      means: "One poll kept a thread of the pool, of which there are as many as processors.",
      foundBy: "polls of more than 500ms on a thread without a loop",
      advice: "Make blocking calls on threads of their own; cut long computations into parts."),
    unit: .time
  ) { input in
    blocks(input.insight, onLoops: false, longerThan: Insight.longBlock)
  }

  /// The polls that go on, and the longest ones that are over.
  private static func blocks(
    _ insight: Insight, onLoops: Bool, longerThan threshold: Duration
  ) -> [Finding] {
    let snapshot = insight.snapshot
    let limit = snapshot.clock.ticks(threshold)
    let memory = snapshot.clock.ticks(Insight.blockMemory)
    var findings: [Finding] = []
    for thread in insight.threads where (thread.loop != nil) == onLoops {
      let worker = thread.worker
      let finished = [thread.loop?.longestJob, onLoops ? nil : worker.longestPoll]
      for case let poll? in finished
      where poll.length > limit && snapshot.now -| poll.ended < memory {
        findings.append(block(insight, poll, on: thread))
      }
      let length = snapshot.now -| worker.taskSince
      if let id = thread.runs, length > limit, snapshot.process.isRunning {
        findings.append(
          Finding(
            .task(id), key: insight.task(id).map { UInt64($0.site) | 1 << 40 } ?? id,
            "\(insight.nameOfEnded(id))\(insight.place(of: id)) on \(thread.name)",
            value: insight.nanoseconds(length), began: worker.taskSince))
      }
    }
    return findings
  }

  private static func block(
    _ insight: Insight, _ poll: LongestPoll, on thread: ThreadRecord
  ) -> Finding {
    let place = insight.siteLabel(poll.site)
    let who =
      poll.task != 0
      ? insight.nameOfEnded(poll.task) + insight.place(of: poll.task)
      : "a callback" + (place.isEmpty ? "" : " at \(place)")
    let key =
      poll.task == 0
      ? UInt64(poll.site) | 1 << 41
      : insight.task(poll.task).map { UInt64($0.site) | 1 << 40 } ?? poll.task
    return Finding(
      poll.task == 0 ? nil : .task(poll.task), key: key, "\(who) on \(thread.name)",
      value: insight.nanoseconds(poll.length), began: poll.ended -| poll.length, ended: poll.ended)
  }

  /// How long a task may be ready without getting a thread.
  static let readyLimit: Duration = .milliseconds(500)

  static let starved = WarningCheck(
    kind: WarningKind(
      "starved", "starved task",
      means: "A task could run and gets no thread.",
      foundBy: "tasks that are ready for more than 500ms",
      advice: "See on Threads who keeps them, and for how long."),
    unit: .time
  ) { input in
    let insight = input.insight
    guard insight.snapshot.process.isRunning else { return [] }
    let limit = insight.snapshot.clock.ticks(readyLimit)
    let tasks = insight.starved.filter { $0.sinceChange(at: insight.snapshot.now) > limit }
    guard let first = tasks.first else { return [] }
    let others = tasks.count > 1 ? " and \(tasks.count - 1) more" : ""
    return [
      Finding(
        .task(first.id), key: 0,
        "\(insight.label(.task(first.id)))\(others) ready: \(insight.threadsText)",
        value: insight.nanoseconds(first.sinceChange(at: insight.snapshot.now)),
        began: first.since)
    ]
  }

  /// How late a timer may be.
  static let lateLimit: Int64 = 500_000_000

  static let overdueTimers = WarningCheck(
    kind: WarningKind(
      "timers-overdue", "timers overdue",
      means: "Timers of a loop are due and do not fire, since the loop has no time for them.",
      foundBy: "timers of loops that are late by more than 500ms",
      advice: "See on Threads what the loop does instead."),
    unit: .time
  ) { input in
    let insight = input.insight
    // Of very many timers, nobody looks at each.
    guard insight.snapshot.process.isRunning, insight.snapshot.timerSums.count <= 100_000 else {
      return []
    }
    var (count, worst): (Int, (timer: TimerRecord, late: Int64)?) = (0, nil)
    for timer in insight.snapshot.timers where timer.loopSlot != nil {
      let late = -max(insight.remaining(timer), -Int64.max)
      guard late > lateLimit else { continue }
      count += 1
      if late > worst?.late ?? 0 { worst = (timer, late) }
    }
    guard let worst else { return [] }
    let owner = worst.timer.owner
    let whose = owner == 0 ? "" : ", the latest of \(insight.label(.task(owner)))"
    return [
      Finding(
        .timer(worst.timer.id), key: 0, "\(count) timer\(count == 1 ? "" : "s")\(whose)",
        value: UInt64(worst.late),
        began: insight.snapshot.now
          -| insight.snapshot.clock.ticks(.nanoseconds(worst.late)))
    ]
  }
}

extension Insight {
  /// Where a task is, for the end of a sentence: ` at Routes.swift:12`.
  fileprivate func place(of id: UInt64) -> String {
    guard let task = task(id) else { return "" }
    let place = at(task)?.short ?? siteLabel(task.site)
    return place.isEmpty ? "" : " at \(place)"
  }
}
