import AsyncTopBus
package import AsyncTopInsight
import AsyncTopTerminal

/// The threads that run tasks: the table of threads, and `asynctop threads`.
package enum ThreadList: EntityList {
  package static let listName: StaticString = "threads"
  package static let title = "Threads"
  package static let shortTitle = "Thr"
  package static let tab = Action(
    "showThreads", .everywhere, [.typed("7")], "show loops and threads, and what they run")

  package static let columns = [
    sign, name, thread, graph, busy, lag, worst, ready, polls, runs, since, at, longest,
  ]
  package static let fields = [
    thread, name, sign, busy, lag, worst, ready, timers, polls, runs, since, at, longest, graph,
  ]
  package static let tableOrder = name
  package static let printedOrder = name

  package static func rows(of insight: Insight) -> ContiguousArray<ThreadRecord> {
    insight.threads
  }

  package static func entity(of row: ThreadRecord) -> EntityID { .worker(row.worker.index) }

  package static func position(of entity: EntityID, in insight: Insight) -> Int? {
    insight.threads.firstIndex { ThreadList.entity(of: $0) == entity }
  }

  package static func matcher(
    _ filter: TextFilter, _ insight: Insight
  ) -> (ThreadRecord) -> Bool {
    { row in
      filter.matches(row.name) || filter.matches("\(row.worker.thread)")
        || row.runs.map { filter.matches(insight.shortLabel(ofTask: $0)) } ?? false
    }
  }

  package static func emptiness(of insight: Insight) -> String? {
    guard insight.threads.isEmpty else { return nil }
    return insight.isScanned
      ? "which threads run tasks is only known with a probe" : "no thread has run a task yet"
  }

  /// The longest polls that are known.
  @Sendable static func longestPolls(_ entity: EntityID?, _ insight: Insight) -> [DetailsLine] {
    let polls = insight.longestPolls(limit: 12)
    guard !polls.isEmpty else { return [] }
    return [DetailsLine("Longest polls, one for each task")]
      + polls.map { poll in
        let place =
          poll.task == 0
          ? insight.siteLabel(poll.site) : insight.task(poll.task).map(insight.atLabel)
        let who = poll.task == 0 ? "a callback" : insight.endedLabel(ofTask: poll.task)
        let parts = [who, place ?? "", "\(CompactText.duration(poll.ago)) ago"]
        return DetailsLine(
          CompactText.duration(poll.nanoseconds),
          parts.filter { !$0.isEmpty }.joined(separator: "  "), id: "\(poll)")
      }
  }
}

// Where there isn't room for all columns, they go in this order: longest, thread, polls, graph,
// since, worst, ready, at, lag, busy, what runs; the sign and the name stay.
extension ThreadList {
  static let sign = Column<ThreadRecord>(
    "running", "",
    room: { _ in .fixed(1, priority: 9) },
    cell: { row, _ in
      let role: ThemeRole = row.runs == nil ? .stateWaiting : .stateRunning
      return ListCell("", role, sign: role, plain: row.runs == nil ? "" : "*")
    },
    json: { row, _ in [("running", .bool(row.runs != nil))] })

  static let name = Column<ThreadRecord>(
    "name", "THREAD",
    room: { .flexible(($0.width < 90 ? 10 : 14)...24, priority: 10) },
    // Those of loops first, each kind in the order in which it began.
    key: { _ in { ($0.loop == nil ? 1 << 32 : 0) | UInt64($0.worker.index) } },
    cell: { row, _ in ListCell(row.name) },
    json: { row, _ in
      [
        ("name", .string(row.worker.name)),
        ("loop", row.loop.map { .string($0.name) } ?? .null),
      ]
    })

  static let thread = Column<ThreadRecord>(
    "thread", "TID", alignment: .right,
    room: { _ in .fixed(7, priority: 1) },
    key: { _ in { UInt64($0.worker.thread) } },
    cell: { row, _ in ListCell("\(row.worker.thread)", .identifier) },
    json: { row, _ in [("thread", .number(UInt64(row.worker.thread)))] })

  static let graph = Column<ThreadRecord>(
    "graph", "BUSY, LAST 2m", needsProbe: true,
    room: {
      ColumnRoom(
        .flexible(min: $0.width < 110 ? 14 : 20, max: 60), priority: 3, textBeforePicture: 0)
    },
    cell: { row, insight in
      ListCell(
        "", .dim, picture: .graph(insight.history.threads.busy(of: row.worker.index), top: 1))
    },
    json: { row, insight in
      let values = insight.history.threads.busy(of: row.worker.index)
      return [("busy_lately", .array(values.map { .rate($0) }))]
    })

  /// Of a loop as it is measured; of another thread by how often a task ran on it when somebody
  /// looked, and so about.
  static let busy = Column<ThreadRecord>(
    "busy", "BUSY", alignment: .right, startsDescending: true,
    room: { _ in .fixed(6, priority: 8) },
    key: { insight in
      { row in
        let part = share(row, insight) ?? insight.history.threads.seenBusy(of: row.worker.index)
        return UInt64(saturating: (part ?? 0) * 1e9)
      }
    },
    cell: { row, insight in
      if let part = share(row, insight) { return ListCell(CompactText.share(part)) }
      guard row.loop == nil,
        let part = insight.history.threads.seenBusy(of: row.worker.index)
      else { return .empty }
      return ListCell("~" + CompactText.percent(UInt64(saturating: part * 100), of: 100), .dim)
    },
    json: { row, insight in [("busy", .rate(share(row, insight)))] })

  static let lag = ticks("lag", "LAG", priority: 7) { $0.lag }
  static let worst = ticks("worst", "WORST 2m", priority: 5) { $0.worstLag }

  static let ready = number("ready", "READY", priority: 5) { UInt64($0.ready) }
  static let timers = number("timers", "TIMERS", priority: 0) { UInt64($0.timers) }

  static let polls = Column<ThreadRecord>(
    "polls", "POLLS/s", alignment: .right, startsDescending: true,
    room: { _ in .fixed(7, priority: 2) },
    key: { insight in
      { row in
        UInt64(saturating: (insight.history.threads.polls(of: row.worker.index) ?? 0) * 1000)
      }
    },
    cell: { row, insight in
      insight.history.threads.polls(of: row.worker.index).map { .rate($0) } ?? .empty
    },
    json: { row, insight in
      [
        ("polls", .number(row.worker.counters.polls)),
        ("polls_per_s", .rate(insight.history.threads.polls(of: row.worker.index))),
      ]
    })

  static let runs = Column<ThreadRecord>(
    "runs", "RUNS NOW",
    room: { .flexible(($0.width < 90 ? 14 : 18)...40, priority: 9) },
    key: { _ in { $0.runs ?? 0 } },
    cell: { row, insight in
      row.runs.map { ListCell(insight.shortLabel(ofTask: $0)) } ?? ListCell("idle", .dim)
    },
    json: { row, _ in [("task", row.runs.map { .number($0) } ?? .null)] })

  static let since = Column<ThreadRecord>(
    "since", "FOR", alignment: .right, startsDescending: true,
    room: { _ in .fixed(6, priority: 4) },
    key: { insight in { $0.runs == nil ? 0 : insight.snapshot.now -| $0.worker.taskSince } },
    cell: { row, insight in
      guard row.runs != nil else { return .empty }
      let time = insight.nanoseconds(insight.snapshot.now -| row.worker.taskSince)
      return ListCell(CompactText.duration(time), time > 100_000_000 ? .warning : .text)
    },
    json: { row, insight in
      let time = insight.nanoseconds(insight.snapshot.now -| row.worker.taskSince)
      return [("running_ns", row.runs == nil ? .null : .number(time))]
    })

  static let at = Column<ThreadRecord>(
    "at", "AT", hasPlaces: true,
    room: { .flexible($0.site(narrow: 14)...40, priority: 6, truncation: .afterFirstWord) },
    cell: { row, insight in
      guard let task = row.runs.flatMap({ insight.task($0) }) else { return .empty }
      let label = insight.atLabel(task)
      return ListCell(label.isEmpty ? insight.siteLabel(task.site) : label, .dim)
    },
    json: { row, insight in
      [("at", row.runs.flatMap { insight.task($0) }.map { insight.json(insight.at($0)) } ?? .null)]
    })

  static let longest = Column<ThreadRecord>(
    "longest", "LONGEST", alignment: .right, startsDescending: true,
    room: { _ in .fixed(7, priority: 0) },
    key: { _ in { longestPoll($0)?.length ?? 0 } },
    cell: { row, insight in
      longestPoll(row).map { ListCell(CompactText.duration(insight.nanoseconds($0.length))) }
        ?? .empty
    },
    json: { row, insight in [("longest_poll", insight.json(longest: longestPoll(row)))] })
}

extension ThreadList {
  private static func longestPoll(_ row: ThreadRecord) -> LongestPoll? {
    [row.worker.longestPoll, row.loop?.longestJob].compactMap(\.self).max {
      $0.length < $1.length
    }
  }

  private static func share(_ row: ThreadRecord, _ insight: Insight) -> Double? {
    row.loop == nil ? nil : insight.history.threads.busy(of: row.worker.index).last
  }

  private static func ticks(
    _ name: String, _ title: String, priority: Int,
    _ ticks: @escaping @Sendable (LoopRecord) -> UInt64
  ) -> Column<ThreadRecord> {
    Column(
      name, title, alignment: .right, startsDescending: true,
      room: { _ in .fixed(max(6, title.count), priority: priority) },
      key: { _ in { $0.loop.map(ticks) ?? 0 } },
      cell: { row, insight in
        guard let loop = row.loop else { return .empty }
        let time = insight.nanoseconds(ticks(loop))
        return time == 0
          ? ListCell("·", .dim, plain: "0")
          : ListCell(CompactText.duration(time), time > 100_000_000 ? .warning : .text)
      },
      json: { row, insight in
        [("\(name)_ns", row.loop.map { .number(insight.nanoseconds(ticks($0))) } ?? .null)]
      })
  }

  private static func number(
    _ name: String, _ title: String, priority: Int,
    _ number: @escaping @Sendable (LoopRecord) -> UInt64
  ) -> Column<ThreadRecord> {
    Column(
      name, title, alignment: .right, startsDescending: true,
      room: { _ in .fixed(6, priority: priority) },
      key: { _ in { $0.loop.map(number) ?? 0 } },
      cell: { row, _ in row.loop.map { .count(number($0)) } ?? .empty },
      json: { row, _ in [(name, row.loop.map { .number(number($0)) } ?? .null)] })
  }
}

extension Insight {
  /// A task's id and name, also of one that has ended lately.
  func endedLabel(ofTask id: UInt64) -> String {
    guard task(id) == nil, let ended = finished.last(where: { $0.id == id }) else {
      return shortLabel(ofTask: id)
    }
    return "\(id) \(displayName(of: ended))"
  }
}
