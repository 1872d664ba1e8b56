import AsyncTopBus
import AsyncTopInsight

/// Writes the lines about one thing.
struct DetailsLines {
  /// The most lines of one list, as of the children of a task.
  static let listLimit = 200

  let insight: Insight
  let look: Look
  let polls: PollHistory?
  var lines: [DetailsLine] = []

  init(_ insight: Insight, look: Look, polls: PollHistory? = nil) {
    self.insight = insight
    self.look = look
    self.polls = polls
  }

  /// The lines about something; one that says so if it is not there any more.
  mutating func write(_ entity: EntityID) -> [DetailsLine] {
    switch entity {
    case .task(let id):
      if let task = insight.task(id) {
        write(task)
      } else if let task = insight.finished.last(where: { $0.id == id }) {
        write(task)
      } else {
        title("task \(id)")
        add("state", "has ended", .dim)
      }
    case .group(let id): insight.group(id).map { write($0) } ?? add("group", "has ended", .dim)
    case .timer(let id):
      insight.timer(id).map { write($0) } ?? add("timer", "has fired or was cancelled", .dim)
    case .resource(let id):
      insight.resource(id).map { write($0) } ?? add("resource", "is gone", .dim)
    case .warning(let id):
      insight.history.warnings.warning(id).map { write($0) } ?? add("warning", "is forgotten", .dim)
    case .worker(let index):
      insight.threads.first { $0.worker.index == index }.map { write($0) }
        ?? add("thread", "has ended", .dim)
    case .site(let number):
      insight.sitePosition(number).map { write(insight.sites[$0]) }
        ?? add("site", "has no tasks", .dim)
    case .future, .executor, .thread:
      title(insight.label(entity))
      if let holder = insight.holder(of: entity) {
        let text = "\(insight.label(.task(holder.id))), \(insight.stateAndWait(of: holder))"
        add("held by", text, .identifier, target: .task(holder.id))
        add("held for", ago(holder.since))
      }
      if entity == .thread { list("Threads held by", insight.running.map { .task($0.id) }) }
      let waiters = insight.waiters(for: entity)
      add("waiters", "\(waiters.count)")
      list("Waited for by", waiters.map { .task($0.id) })
    }
    return lines
  }

  /// Adds a line.
  mutating func add(
    _ name: String, _ text: String, _ role: ThemeRole = .text, target: EntityID? = nil,
    picture: Picture = .none
  ) {
    if text.isEmpty { return }
    lines.append(DetailsLine(name, text, role, target: target, picture: picture))
  }

  /// Adds a title, after an empty line.
  mutating func title(_ text: String) {
    if !lines.isEmpty { lines.append(DetailsLine("", "", id: "before \(text)")) }
    lines.append(DetailsLine(text))
  }

  /// Adds a list with a title, unless it is empty.
  mutating func list(_ name: String, _ entities: some Collection<EntityID>) {
    guard !entities.isEmpty else { return }
    title(name)
    for entity in entities.prefix(DetailsLines.listLimit) {
      let id = "\(name) \(entity)"
      lines.append(
        DetailsLine("", description(entity), .identifier, id: id, target: entity))
    }
    if entities.count > DetailsLines.listLimit {
      let more = entities.count - DetailsLines.listLimit
      lines.append(DetailsLine("", "and \(more) more", .dim, id: "more \(name)"))
    }
  }

  /// Adds the places of a site.
  mutating func places(_ name: String, _ site: UInt32) {
    list(name, insight.stack(site))
  }

  /// Adds places, dim where they are not the program's own code; what the compiler made up is left
  /// out.
  mutating func list(_ name: String, _ places: [SourceLocation]) {
    let places = places.filter { $0.origin != .compiler }
    guard !places.isEmpty else { return }
    title(name)
    for (number, place) in places.enumerated() {
      let file =
        place.file.isEmpty ? "" : place.line > 0 ? "\(place.file):\(place.line)" : place.file
      let reason = place.problem.map { "(\($0))" } ?? ""
      let text = [place.function, file, reason].filter { !$0.isEmpty }.joined(separator: "  ")
      let role: ThemeRole = place.origin == .user ? .site : .dim
      lines.append(DetailsLine("", text, role, id: "\(name) \(number)"))
    }
  }

  /// How long ago something was, in ticks.
  func ago(_ ticks: UInt64) -> String {
    duration(insight.snapshot.now -| ticks)
  }

  func duration(_ ticks: UInt64) -> String { CompactText.duration(insight.nanoseconds(ticks)) }

  private func description(_ entity: EntityID) -> String {
    switch entity {
    case .task(let id):
      guard let task = insight.task(id) else { return insight.label(entity) }
      let name = insight.displayName(of: task)
      return "task \(id)" + (name.isEmpty ? "" : " “\(name)”")
        + ", \(insight.stateAndWait(of: task))"
    case .timer(let id):
      guard let timer = insight.timer(id) else { return insight.label(entity) }
      let left = insight.remaining(timer)
      return "\(timer.kind.word) timer, "
        + (left >= 0 ? "\(CompactText.duration(UInt64(left))) left" : "overdue")
    case .group, .resource, .future, .executor, .thread, .site, .worker, .warning:
      return insight.label(entity)
    }
  }
}

/// One line about one thing.
struct DetailsLine {
  /// Tells the line from others of the same thing, also in the next snapshot.
  var id: String
  /// What the line is about; a title has no text.
  var name: String
  /// What is known; may hold untrusted text.
  var text: String
  /// How the text is drawn.
  var role: ThemeRole
  /// What the line leads to.
  var target: EntityID?
  var picture: Picture

  var isTitle: Bool { text.isEmpty && !name.isEmpty }

  init(
    _ name: String, _ text: String = "", _ role: ThemeRole = .text, id: String? = nil,
    target: EntityID? = nil, picture: Picture = .none
  ) {
    self.id = id ?? name
    self.name = name
    self.text = text
    self.role = role
    self.target = target
    self.picture = picture
  }
}
