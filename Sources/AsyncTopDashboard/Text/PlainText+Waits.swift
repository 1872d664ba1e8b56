import AsyncTopBus
package import AsyncTopInsight
package import AsyncTopTerminal

extension PlainText {
  /// Writes who waits for whom, what blocks most first: under each thing, those who wait for it.
  ///
  /// - Parameters:
  ///   - insight: Whose tasks.
  ///   - options: The filter; what is above of what it finds stays.
  ///   - glyphs: What the lines are drawn with.
  ///   - stream: Where to.
  package static func waits(
    _ insight: Insight, _ options: ListOptions = ListOptions(), glyphs: GlyphSet = .unicode,
    to stream: inout TextStream
  ) {
    let rows = TreeRows(insight, .waits, filter: options.filter) { _, _ in false }
    let closings = insight.waits.circles
    for row in rows.rows {
      stream.append(
        TreeLines.text(
          row, in: rows, tree: insight.waits, levels: TreeLines.limit, glyphs: glyphs))
      let title = insight.title(at: row.node, in: .waits).text
      let text = insight.waitText(at: row.node, closing: closings[row.node])
      stream.append(clean: title + "  " + text)
      stream.endLine()
    }
  }
}

extension Insight {
  /// What is said of a node of the tree of waits after its name.
  ///
  /// A root waits for the node that closes its circle.
  fileprivate func waitText(at node: Int, closing root: Int?) -> String {
    switch waits.node(node) {
    case .task(let position):
      return waitText(of: snapshot.tasks[position], isRoot: waits.owner(of: node) == nil)
        + closingText(root)
    case .group(let position):
      return endText(of: snapshot.groups[position], at: node) + closingText(root)
    case .blocker(let position):
      let waiting = waits.children(of: node).count + (root == nil ? 0 : 1)
      return blockText(of: waits.blockers[position], waiting: waiting) + closingText(root)
    case .finished: return ""
    }
  }

  private func closingText(_ root: Int?) -> String {
    root.map { ", \(label(entity(at: $0, in: .waits))) above waits for it" } ?? ""
  }

  /// For a task below what it waits for, that need not be said again.
  private func waitText(of task: TaskRecord, isRoot: Bool) -> String {
    let line = queuePlace(of: task)
    let place = line.map { $0.count > 1 ? ", \(CompactText.ordinal($0.place)) in line" : "" }
    let state = isRoot ? stateAndWait(of: task) : task.stateWords
    let site = atLabel(task)
    let isSaid = site.isEmpty || (isRoot && state.contains(" at \(site)"))
    return "[\(task.id)] " + (waitsInCircle(task) ? "deadlocked, " : "") + state
      + (isStarved(task) ? priorityNote(of: task) : "") + (place ?? "")
      + sinceText(of: task) + (isSaid || task.state != .waiting ? "" : ", at \(site)")
  }

  private func endText(of group: GroupRecord, at node: Int) -> String {
    let site = siteLabel(group.site)
    let others = group.live -| 1
    let end =
      waits.owner(of: node) == nil
      ? "\(group.live) running"
      : "ends with this task" + (others > 0 ? " and \(others) others" : "")
    return end + (group.isCancelled ? ", cancelled" : "") + (site.isEmpty ? "" : "  (\(site))")
  }

  private func blockText(of entity: EntityID, waiting: Int) -> String {
    var parts: [String] = []
    var site = ""
    if let since = heldSince(entity) {
      parts.append("held for \(CompactText.duration(nanoseconds(snapshot.now -| since)))")
    }
    if case .resource(let id) = entity, let resource = resource(id) {
      site = siteLabel(resource.site)
      if let level = resource.levelText { parts.append(level) }
      if let pending = pendingText(of: resource) { parts.append(pending) }
      if resource.kind == .stream { return parts.joined() + endsText(of: resource) }
    }
    parts.append(waiting == 1 ? "1 waits" : "\(waiting) wait")
    if entity == .thread { parts.append(threadsText) }
    return parts.joined(separator: ", ") + (site.isEmpty ? "" : "  (\(site))")
  }
}

extension Insight {
  /// How many tasks are runnable and get no thread, and for how long; nil if none is.
  var starvedText: String? {
    guard let first = starved.first else { return nil }
    let time = CompactText.duration(nanoseconds(first.sinceChange(at: snapshot.now)))
    return starved.count == 1
      ? "task \(first.id)\(priorityNote(of: first)) gets no thread for \(time)"
      : "\(starved.count) tasks get no thread, for up to \(time)"
  }

  /// The fullest stream, if one holds much: `a stream of Event holds 12345 elements`.
  var streamText: String? {
    let streams = deepStreams
    guard let first = streams.first else { return nil }
    let others = streams.count > 1 ? ", \(streams.count - 1) more" : ""
    return "a \(label(.resource(first.id))) holds \(first.depth) elements\(endsText(of: first))"
      + others
  }

  /// Who keeps the threads that others wait for, the longest first.
  var threadsText: String {
    guard !running.isEmpty else { return "no task runs" }
    let names = running.prefix(Self.namedMembers).map { task in
      let time = CompactText.duration(nanoseconds(task.sinceChange(at: snapshot.now)))
      return "\(label(.task(task.id)))\(priorityNote(of: task)) for \(time)"
    }
    let others = running.count - names.count
    return "threads held by " + names.joined(separator: ", ")
      + (others > 0 ? ", \(others) more" : "")
  }

  /// A priority that is not the usual one: ` (background)`.
  func priorityNote(of task: TaskRecord) -> String {
    task.priority == 0 || task.priority == 21 ? "" : " (\(task.priorityWord))"
  }

  /// The most tasks that are named of those that something stands for.
  private static let namedMembers = 4

  /// Whom what stands for several tasks and futures still waits for: `any of task 3 “a”, 1 more`.
  func pendingText(of resource: ResourceRecord) -> String? {
    guard let pending = resource.pending, pending > 0 else { return nil }
    var names = members(of: resource.id).prefix(Self.namedMembers).map { label(.task($0.id)) }
    let others = Int(pending) - names.count
    if others > 0 { names.append(names.isEmpty ? "\(others)" : "\(others) more") }
    return "\(resource.kind.word) " + names.joined(separator: ", ")
  }
}

extension TaskRecord {
  /// The name that Swift gives the priority; nothing for an unspecified one.
  var priorityWord: String {
    switch priority {
    case 0: ""
    case 9: "background"
    case 17: "low"
    case 21: "medium"
    case 25: "high"
    default: "\(priority)"
    }
  }
}

extension ResourceRecord {
  /// How full it is, if it can be: `3 of 10 queued`.
  var levelText: String? {
    let word: String
    switch kind {
    case .queue: word = "queued"
    case .semaphore: word = "taken"
    case .barrier: word = "arrived"
    case .allOf, .anyOf: word = "ended"
    case .stream: word = capacity > 0 ? "buffered" : "buffered, no limit"
    default: return nil
    }
    return capacity > 0 ? "\(depth) of \(capacity) \(word)" : "\(depth) \(word)"
  }
}
