import AsyncTopBus
import AsyncTopInsight

extension DetailsLines {
  /// What a check has found, as a person needs it: what it means, when it was, what to do.
  mutating func write(_ warning: Warning) {
    title(warning.kind.title)
    add("what", warning.text, warning.role, target: warning.subject)
    add("what it means", warning.kind.meaning)
    add("found by", warning.kind.foundBy, .dim)
    let state = warning.isActive ? "it is so now" : "over, \(ago(warning.last)) ago"
    add("state", state, warning.role)
    add("times", "\(warning.times), the first \(ago(warning.first)) ago")
    add("worst", warning.worstText)
    title("Evidence, the latest first")
    for (number, found) in warning.occurrences.reversed().enumerated() {
      let value =
        warning.unit == .time
        ? CompactText.duration(found.value) : CompactText.count(found.value)
      let exists = found.subject.map(insight.exists) ?? false
      lines.append(
        DetailsLine(
          "\(ago(found.began)) ago", "\(value)  \(found.text)", id: "evidence \(number)",
          target: exists ? found.subject : nil))
    }
    if case .task(let id) = warning.subject, let task = insight.task(id),
      let backtrace = insight.backtrace(of: task)
    {
      list("Where it is", backtrace.places)
    }
    if case .task(let id) = warning.subject, insight.task(id)?.site ?? 0 != 0 {
      places("Created at", insight.task(id)?.site ?? 0)
    }
    title("What to do")
    for (number, line) in warning.kind.advice.lines(of: 70).enumerated() {
      lines.append(DetailsLine("", line, id: "advice \(number)"))
    }
  }

  /// A thread that runs tasks.
  mutating func write(_ thread: ThreadRecord) {
    title(thread.name)
    add("thread", "\(thread.worker.thread)  \(thread.worker.name)")
    if let id = thread.runs {
      let time = duration(insight.snapshot.now -| thread.worker.taskSince)
      add("runs now", "\(insight.label(.task(id))) for \(time)", .stateRunning, target: .task(id))
    } else {
      add("runs now", "nothing", .dim)
    }
    add("polls", CompactText.count(thread.worker.counters.polls))
    if let loop = thread.loop {
      add("lag", "\(duration(loop.lag)), at worst \(duration(loop.worstLag)) in two minutes")
      add("ready", "\(loop.ready) in its last round")
      add("timers", CompactText.count(UInt64(loop.timers)))
      add("rounds", CompactText.count(loop.iterations))
      let busy = insight.history.threads.busy(of: thread.worker.index)
      if let last = busy.last {
        add("busy", CompactText.share(last), picture: .graph(busy, top: 1))
      }
    }
    for (name, poll) in [
      ("longest poll", thread.worker.longestPoll), ("longest job", thread.loop?.longestJob),
    ] {
      guard let poll else { continue }
      let who = poll.task == 0 ? insight.siteLabel(poll.site) : insight.label(.task(poll.task))
      add(
        name, "\(duration(poll.length)), \(ago(poll.ended)) ago  \(who)",
        target: poll.task == 0 ? nil : .task(poll.task))
    }
    let tasks = insight.snapshot.tasks.filter { $0.worker == thread.worker.index }
    list("Tasks that ran here last", tasks.map { .task($0.id) })
  }

  /// What was created at a site.
  mutating func write(_ site: SiteRecord) {
    title(insight.label(.site(site.site)))
    add("alive", "\(site.alive): \(site.running) running, \(site.ready) ready")
    if !insight.isScanned {
      add("ended", "\(site.ended): \(site.failed) with an error, \(site.cancelled) cancelled")
      add("busy", duration(site.busy))
      add("longest poll", duration(site.longestPoll))
    }
    let alive = insight.history.sites.alive(of: site.site)
    add("lately", "from \(Int(alive.first ?? 0)) to \(site.alive)", picture: .graph(alive))
    places("Created at", site.site)
    let tasks = insight.snapshot.tasks.lazy.filter { $0.site == site.site }
    list("Tasks", tasks.prefix(DetailsLines.listLimit).map { .task($0.id) })
  }
}

extension String {
  /// The words in lines of at most so many characters.
  fileprivate func lines(of width: Int) -> [String] {
    split(separator: " ").reduce(into: []) { lines, word in
      if let last = lines.last, last.count + word.count < width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }
}
