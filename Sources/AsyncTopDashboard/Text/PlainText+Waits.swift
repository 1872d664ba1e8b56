import AsyncTopBus
public import AsyncTopInsight
public import AsyncTopTerminal

extension PlainText {
  /// Who waits for whom, what blocks most first: under each thing, those who wait for it.
  ///
  /// - Parameters:
  ///   - insight: Whose tasks.
  ///   - options: The filter; what is above of what it finds stays.
  ///   - glyphs: What the lines are drawn with.
  /// - Returns: The lines.
  public static func waits(
    _ insight: Insight, _ options: ListOptions = ListOptions(), glyphs: GlyphSet = .unicode
  ) -> [String] {
    let rows = TreeRows(insight, .waits, filter: options.filter) { _, _ in false }
    let look = Look(palette: Look.standard.palette, glyphs: glyphs)
    let closings = insight.waits.circles
    return rows.rows.map { row in
      let lines = TreeLines.text(
        row, in: rows, tree: insight.waits, levels: TreeLines.limit, glyphs: glyphs)
      let title = TreeNodeText(insight, .waits, node: row.node, look: look).title
      let text = insight.waitText(at: row.node, closing: closings[row.node])
      return lines + SafeText.clean(title + "  " + text)
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
    return "[\(task.id)] " + (waitsInCircle(task) ? "deadlocked, " : "") + state + (place ?? "")
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
    if case .resource(let id) = entity, let resource = resource(id) {
      site = siteLabel(resource.site)
      if resource.holder != 0 {
        let held = snapshot.now -| resource.heldSince
        parts.append("held for \(CompactText.duration(nanoseconds(held)))")
      }
      if let level = resource.levelText { parts.append(level) }
      if let pending = pendingText(of: resource) { parts.append(pending) }
    }
    parts.append(waiting == 1 ? "1 waits" : "\(waiting) wait")
    return parts.joined(separator: ", ") + (site.isEmpty ? "" : "  (\(site))")
  }
}

extension Insight {
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

extension ResourceRecord {
  /// How full it is, if it can be: `3 of 10 queued`.
  var levelText: String? {
    let word: String
    switch kind {
    case .queue: word = "queued"
    case .semaphore: word = "taken"
    case .barrier: word = "arrived"
    case .allOf, .anyOf: word = "ended"
    default: return nil
    }
    return capacity > 0 ? "\(depth) of \(capacity) \(word)" : "\(depth) \(word)"
  }
}
