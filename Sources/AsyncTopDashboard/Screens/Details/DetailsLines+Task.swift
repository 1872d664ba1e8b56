import AsyncTopBus
import AsyncTopInsight

extension DetailsLines {
  mutating func write(_ task: TaskRecord) {
    title(insight.label(.task(task.id)))
    let now = insight.snapshot.now
    let time = duration(task.sinceChange(at: now))
    add(
      "state",
      look.stateText(task)
        + (!insight.isMeasured(task) ? ", as at every look for \(time)" : " for \(time)"),
      Look.stateRole(task))
    if task.flags.contains(.cancelled) {
      add("cancelled", "it was asked to stop and has not ended", .stateCancelled)
    }
    wait(of: task)
    add("at", insight.atLabel(task), insight.at(task)?.origin == .user ? .site : .dim)
    add("kind", kind(of: task))
    owner(of: task)
    if let worker = task.worker,
      let thread = insight.snapshot.workers.first(where: { $0.index == worker })
    {
      let name = thread.name.isEmpty ? "" : " “\(thread.name)”"
      add(task.state == .running ? "runs on" : "last ran on", "thread \(thread.thread)\(name)")
    }
    if task.wokenBy != 0 {
      add("woken by", insight.label(.task(task.wokenBy)), .identifier, target: .task(task.wokenBy))
    }
    add("priority", task.priorityWord)
    times(of: task)
    polls(of: task)
    relatives(of: task)
    places("Created at", task.site)
    backtrace(of: task)
  }

  private mutating func backtrace(of task: TaskRecord) {
    guard let backtrace = insight.backtrace(of: task) else {
      if task.state == .waiting { places("Goes on at", task.waitSite) }
      return
    }
    let note = task.isStackStale ? ", the outer frames as of an earlier wait there" : ""
    let name = task.state == .waiting ? "Async backtrace" : "Async backtrace when it last waited"
    list(name + note, backtrace.places)
    if backtrace.isCut { add("", "and more", .dim) }
  }

  mutating func write(_ task: FinishedTask) {
    title("task \(task.id)" + (task.name.isEmpty ? "" : " “\(task.name)”"))
    let role = Look.role(task)
    let end = insight.endText(of: task)
    add(
      "state",
      task.isLost
        ? "\(look.sign(role)) ended \(end) ago, how is unknown: another task has its slot"
        : "\(look.sign(role)) \(task.outcomeWord) \(end) ago", role)
    add("polls", "\(task.record.polls), as last seen")
    if task.record.parent != 0 {
      add(
        "parent", insight.label(.task(task.record.parent)), .identifier,
        target: .task(task.record.parent))
    }
    places("Created at", task.record.site)
  }

  private func kind(of task: TaskRecord) -> String {
    let relation =
      switch insight.relation(of: task) {
      case .main: "the main task"
      case .child: "a child of a group"
      case .asyncLet: "an async let"
      case .unstructured: "an unstructured task"
      case .group: "a group"
      }
    let origin = task.flags.contains(.runtime) ? ", of AsyncRuntime" : ""
    return relation + origin + (task.flags.contains(.adopted) ? ", first seen after its start" : "")
  }

  private mutating func wait(of task: TaskRecord) {
    if let (executor, type) = task.runsOn {
      add(
        "runs on", insight.executorText(type), Look.role(.executor),
        target: .executor(executor, type: type))
    }
    guard let wait = insight.wait(of: task) else { return }
    let circle =
      wait.target == nil
      ? nil : insight.deadlocks.first { $0.contains(.task(task.id)) }
    add("waits for", wait.text, Look.role(wait.kind), target: wait.target)
    if let place = insight.queuePlace(of: task) {
      add("in line", "\(CompactText.ordinal(place.place)) of \(place.count)")
    }
    if case .resource(let id) = wait.target, let resource = insight.resource(id),
      let pending = insight.pendingText(of: resource)
    {
      add("pending", pending, .identifier, target: .resource(id))
    }
    if let target = wait.target, let holder = insight.holder(of: target),
      let since = insight.heldSince(target)
    {
      let text = "\(insight.label(.task(holder.id))), \(insight.stateAndWait(of: holder))"
      add("held by", text, .identifier, target: .task(holder.id))
      add("held for", ago(since))
    }
    if wait.kind == .thread { list("Threads held by", insight.running.map { .task($0.id) }) }
    if let circle {
      let others = circle.filter { $0 != .task(task.id) }.map(insight.label)
      add("deadlock", "it and \(others.joined(separator: ", ")) wait for each other", .error)
    }
  }

  private mutating func owner(of task: TaskRecord) {
    if let slot = task.groupSlot, let position = insight.group(inSlot: slot) {
      let group = insight.snapshot.groups[position]
      add("group", insight.groupText(group), .waitsForGroup, target: .group(group.id))
    }
    if task.parent != 0 {
      let name = insight.relation(of: task) == .unstructured ? "created by" : "parent"
      let text = insight.label(.task(task.parent))
      let isThere = insight.task(task.parent) != nil
      add(
        name, isThere ? text : "\(text), which has ended", .identifier, target: .task(task.parent))
    }
  }

  private mutating func times(of task: TaskRecord) {
    if !insight.isMeasured(task) { return }
    let now = insight.snapshot.now
    let age = task.age(at: now)
    title("Time")
    add("age", duration(age))
    func part(_ name: String, _ ticks: UInt64, _ role: ThemeRole) {
      add(
        name, "\(duration(ticks))  \(CompactText.percent(ticks, of: age))", role,
        picture: .bar(age == 0 ? 0 : Double(ticks) / Double(age)))
    }
    part("busy", task.busy(at: now), .stateRunning)
    part("scheduled", task.scheduled(at: now), .stateScheduled)
    part("idle", task.idle(at: now), .stateWaiting)
    add("polls", CompactText.count(task.polls))
    add("wakes", CompactText.count(UInt64(task.wakes)))
    if task.polls > 0 {
      let longest = task.longestPoll.map {
        ", at most \(duration($0.length)), \(ago($0.ended)) ago"
      }
      let average = duration(task.busy(at: now) / task.polls)
      add("a poll takes", "\(average) on average" + (longest ?? ""))
    }
  }

  /// Its recent polls, if events were seen.
  private mutating func polls(of task: TaskRecord) {
    guard let polls, polls.task == task.id, insight.isMeasured(task) else { return }
    title("Recent polls")
    guard !polls.durations.isEmpty else { return add("polls seen", "none yet", .dim) }
    let recent = polls.durations.suffix(PollHistory.limit)
    add(
      "in order", "latest \(CompactText.duration(recent.last ?? 0))",
      picture: .sparkline(recent.map(Double.init)))
    let (half, most, all) = (polls.quantile(0.5), polls.quantile(0.9), polls.quantile(1))
    add(
      "half",
      "up to \(CompactText.duration(half)), 90% up to \(CompactText.duration(most)),"
        + " all up to \(CompactText.duration(all))")
    let highest = polls.steps.map(\.count).max() ?? 0
    for step in polls.steps {
      add(
        "≤ " + CompactText.duration(step.limit), "\(step.count)",
        picture: .bar(highest == 0 ? 0 : Double(step.count) / Double(highest)))
    }
  }

  private mutating func relatives(of task: TaskRecord) {
    list("Waited for by", insight.waiters(for: .task(task.id)).map { .task($0.id) })
    let snapshot = insight.snapshot
    list("Holds", snapshot.resources.filter { $0.holder == task.id }.map { .resource($0.id) })
    list("Timers", snapshot.timers.filter { $0.owner == task.id }.map { .timer($0.id) })
    if let node = insight.node(of: .task(task.id)) {
      list("Owns", insight.tree.children(of: node).map { insight.entity(at: Int($0)) })
    }
  }
}
