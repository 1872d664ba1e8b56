import AsyncTopBus
package import AsyncTopInsight
package import AsyncTopTerminal

extension PlainText {
  /// Writes the tree, one node to a line: its name, its id, its state, what it waits for and where
  /// it was created.
  ///
  /// - Parameters:
  ///   - insight: Whose tree.
  ///   - options: The filter; owners of what it finds stay.
  ///   - glyphs: What the lines are drawn with.
  ///   - stream: Where to.
  package static func tree(
    _ insight: Insight, _ options: ListOptions = ListOptions(), glyphs: GlyphSet = .unicode,
    to stream: inout TextStream
  ) {
    let rows = TreeRows(insight, filter: options.filter) { _, _ in false }
    let tree = insight.tree
    for row in rows.rows {
      stream.append(
        TreeLines.text(row, in: rows, tree: tree, levels: TreeLines.limit, glyphs: glyphs))
      let node = tree.node(row.node)
      let title = insight.title(of: node, in: tree).text
      stream.append(clean: title + PlainText.description(of: node, insight))
      stream.endLine()
    }
  }

  private static func description(of node: TaskTree.Node, _ insight: Insight) -> String {
    switch node {
    case .task(let position):
      return description(of: insight.snapshot.tasks[position], insight)
    case .group(let position):
      let group = insight.snapshot.groups[position]
      let state = group.isCancelled ? ", cancelled" : ""
      let counts = insight.childrenText(of: group)
      return "  \(group.live) running" + (counts.isEmpty ? "" : ", \(counts)") + state
        + place(group.site, insight)
    case .finished(let position):
      let task = insight.finished[position]
      return "  [\(task.id)] \(task.outcomeWord)" + place(task.record.site, insight)
    case .blocker: return ""
    }
  }

  private static func description(of task: TaskRecord, _ insight: Insight) -> String {
    let at = insight.atLabel(task)
    var text = "  [" + String(task.id)
    text += "] "
    text += insight.stateAndWait(of: task)
    text += insight.sinceText(of: task)
    if !at.isEmpty {
      text += ", at "
      text += at
    }
    text += place(task.site, insight)
    return text
  }

  private static func place(_ site: UInt32, _ insight: Insight) -> String {
    let label = insight.siteLabel(site)
    return label.isEmpty ? "" : "  (" + label + ")"
  }
}

extension Insight {
  /// Since when a task is in its state, behind a comma; nothing where that is not known.
  func sinceText(of task: TaskRecord) -> String {
    guard isMeasured(task) else { return "" }
    return ", " + CompactText.duration(nanoseconds(task.sinceChange(at: now)))
  }

  /// How many children a group had; of one that is scanned, what of them is left over.
  func childrenText(of group: GroupRecord) -> String {
    let ended = CompactText.count(group.ended)
    if isMeasured(group) { return "\(CompactText.count(group.spawned)) spawned, \(ended) ended" }
    return group.ended == 0 ? "" : "\(ended) ended with results not taken"
  }

  /// What a task does, for what, and if it was cancelled: `waiting for timer in 3s, cancelled`.
  func stateAndWait(of task: TaskRecord) -> String {
    let wait = wait(of: task).map { (task.state == .waiting ? " for " : " on ") + $0.text } ?? ""
    return task.state.word + wait + (task.flags.contains(.cancelled) ? ", cancelled" : "")
  }
}
