package import AsyncTopBus
package import AsyncTopInsight
import AsyncTopTerminal

/// The tasks of a session: the table of tasks, and `asynctop ps`.
package enum TaskList: EntityList {
  package static let listName: StaticString = "tasks"
  package static let title = "Tasks"
  package static let tab = Action("showTasks", .everywhere, [], "show the tasks")

  package static let columns = [
    state, id, name, age, busy, scheduled, idle, polls, waitsFor, since, at, site,
  ]
  package static let fields = [
    id, name, state, relation, parent, age, busy, scheduled, idle, since, polls, wakes,
    longestPoll, priority, waitsFor, at, site,
  ]
  /// What writes the fields.
  static let writers = fields.map(\.json)
  package static let tableOrder = busy
  package static let printedOrder = id

  package static func rows(of insight: Insight) -> TaskTable { insight.snapshot.tasks }

  package static func entity(of row: TaskRecord) -> EntityID { .task(row.id) }

  package static func position(of entity: EntityID, in insight: Insight) -> Int? {
    guard case .task(let id) = entity else { return nil }
    return insight.taskPosition(id)
  }

  package static func matcher(
    _ filter: TextFilter, _ insight: Insight
  ) -> (TaskRecord) -> Bool {
    let matcher = Matcher(filter, insight)
    return { matcher.matches($0) }
  }

  package static func emptiness(of insight: Insight) -> String? {
    insight.finished.isEmpty ? insight.emptiness : nil
  }
}

// Where there isn't room for all columns, they go in this order: site, scheduled, idle, age, polls,
// id, busy, since, at, waits for, state; the name stays. Where it is narrow, the place goes after
// the polls and the id after since; where it is very narrow, the state is only its sign.
extension TaskList {
  static let state = Column<TaskRecord>(
    "state", "STATE", startsDescending: true,
    room: { .fixed($0.width < 60 ? 1 : 11, priority: 9) },
    key: { _ in { UInt64($0.state.rawValue) } },
    cell: { task, _ in
      let role = Look.stateRole(task)
      return ListCell(task.state.word, role, sign: role, plain: task.stateWords)
    },
    json: { task, _, writer in
      writer.member("state", task.state.word)
      writer.member("cancelled", task.flags.contains(.cancelled))
    })

  static let id = Column<TaskRecord>(
    "id", "ID", alignment: .right,
    room: { .fixed($0.insight.taskIDColumns, priority: $0.isNarrow ? 7 : 4) },
    key: { _ in { $0.id } },
    cell: { task, _ in ListCell("\(task.id)", .identifier) },
    json: { task, _, writer in writer.member("id", task.id) })

  static let name = Column<TaskRecord>(
    "name", "NAME",
    room: { .flexible(($0.width < 90 ? 10 : 16)...36, priority: 10) },
    key: { insight in { LazyOrder.key(of: insight.displayName(of: $0)) } },
    cell: { ListCell($1.displayName(of: $0)) },
    json: { task, insight, writer in
      let name = insight.name(of: task)
      writer.member("name", name)
      writer.member("called", insight.displayName(of: task, named: name))
    })

  static let age = time("age", "age_ns", "AGE", priority: 2) { $0.age(at: $1) }
  static let busy = time("busy", "busy_ns", "BUSY", priority: 5) { $0.busy(at: $1) }
  static let scheduled = time("scheduled", "scheduled_ns", "SCHED", priority: 0) {
    $0.scheduled(at: $1)
  }
  static let idle = time("idle", "idle_ns", "IDLE", priority: 1) { $0.idle(at: $1) }
  static let since = time("since", "since_ns", "SINCE", priority: 6) { $0.sinceChange(at: $1) }
  static let polls = count("polls", "polls", "POLLS") { $0.polls }
  static let wakes = count("wakes", "wakes", "WAKES") { UInt64($0.wakes) }

  static let waitsFor = Column<TaskRecord>(
    "waitsFor", "WAITS FOR",
    room: { .flexible(($0.isNarrow ? 14 : $0.width < 110 ? 16 : 28)...60, priority: 8) },
    key: { insight in { LazyOrder.key(of: insight.wait(of: $0)?.text ?? "") } },
    cell: { task, insight in
      guard let wait = insight.wait(of: task) else { return .empty }
      return ListCell(wait.text, insight.isDeadlocked(task) ? .error : Look.role(wait.kind))
    },
    json: { task, insight, writer in
      writer.member("waits_for") { insight.write(waitOf: task, to: &$0) }
    })

  /// Where it is; dim on the screen, if that is not known, where it was created.
  static let at = Column<TaskRecord>(
    "at", "AT",
    room: {
      .flexible(
        $0.site(narrow: 16)...60, priority: $0.isNarrow ? 4 : 7, truncation: .afterFirstWord)
    },
    key: { insight in { LazyOrder.key(of: insight.atLabel($0)) } },
    cell: { task, insight in
      let label = insight.atLabel(task)
      if label.isEmpty { return ListCell(insight.siteLabel(task.site), .dim, plain: "") }
      let isUsers = insight.at(task)?.origin == .user && task.state != .running
      return ListCell(label, isUsers ? .site : .dim)
    },
    json: { $1.write(placeOf: $0, as: "at", to: &$2) })

  static let site = Column<TaskRecord>(
    "site", "SITE", needsProbe: true,
    room: { .flexible($0.site(narrow: 16)...44, priority: -1, truncation: .start) },
    key: { insight in { LazyOrder.key(of: insight.siteLabel($0.site)) } },
    cell: { ListCell($1.siteLabel($0.site), .site) },
    json: { $1.write(site: $0.site, to: &$2) })
}

// What no table shows of its own accord.
extension TaskList {
  static let relation = Column<TaskRecord>(
    "relation", "KIND",
    room: { _ in .fixed(12, priority: 1) },
    key: { insight in { LazyOrder.key(of: insight.relation(of: $0).rawValue) } },
    cell: { ListCell($1.relation(of: $0).rawValue, .dim) },
    json: { $2.member("relation", $1.relation(of: $0).rawValue) })

  static let parent = Column<TaskRecord>(
    "parent", "PARENT", alignment: .right,
    room: { .fixed($0.insight.taskIDColumns, priority: 0) },
    key: { _ in { $0.parent } },
    cell: { task, _ in task.parent == 0 ? .empty : ListCell("\(task.parent)", .identifier) },
    json: { $2.member("parent", $0.parent == 0 ? .null : .number($0.parent)) })

  static let longestPoll = Column<TaskRecord>(
    "longestPoll", "LONGEST", alignment: .right, startsDescending: true, needsProbe: true,
    room: { _ in .fixed(7, priority: 0) },
    key: { _ in { $0.longestPoll?.length ?? 0 } },
    cell: { task, insight in
      task.longestPoll.map { ListCell(CompactText.duration(insight.nanoseconds($0.length))) }
        ?? .empty
    },
    json: { $2.member("longest_poll", $1.json(longest: $0.longestPoll)) })

  static let priority = Column<TaskRecord>(
    "priority", "PRIORITY", startsDescending: true,
    room: { _ in .fixed(10, priority: 0) },
    key: { _ in { UInt64($0.priority) } },
    cell: { task, _ in ListCell(task.priorityWord) },
    json: { $2.member("priority", UInt64($0.priority)) })
}

extension TaskList {
  /// A time that only a probe knows, from the ticks of now.
  private static func time(
    _ name: String, _ member: StaticString, _ title: String, priority: Int,
    _ ticks: @escaping @Sendable (TaskRecord, UInt64) -> UInt64
  ) -> Column<TaskRecord> {
    Column(
      name, title, alignment: .right, startsDescending: true, needsProbe: true,
      room: { _ in .fixed(6, priority: priority) },
      key: { insight in
        let now = insight.now
        return { ticks($0, now) }
      },
      cell: { task, insight in
        guard insight.isMeasured(task) else { return .empty }
        let time = ticks(task, insight.now)
        return ListCell(
          CompactText.duration(insight.nanoseconds(time)), time == 0 ? .dim : .text)
      },
      json: { task, insight, writer in
        let time = insight.nanoseconds(ticks(task, insight.now))
        writer.member(member, insight.isMeasured(task) ? .number(time) : .null)
      })
  }

  /// A number that only a probe knows.
  private static func count(
    _ name: String, _ member: StaticString, _ title: String,
    _ number: @escaping @Sendable (TaskRecord) -> UInt64
  ) -> Column<TaskRecord> {
    Column(
      name, title, alignment: .right, startsDescending: true, needsProbe: true,
      room: { _ in .fixed(5, priority: 3) },
      key: { _ in number },
      cell: { task, insight in
        guard insight.isMeasured(task) else { return .empty }
        return ListCell(CompactText.count(number(task)), number(task) == 0 ? .dim : .text)
      },
      json: { task, insight, writer in
        writer.member(member, insight.isMeasured(task) ? .number(number(task)) : .null)
      })
  }
}

extension TaskRecord {
  /// The state, and whether it was cancelled, in words.
  var stateWords: String {
    flags.contains(.cancelled) ? "\(state.word), cancelled" : state.word
  }
}
