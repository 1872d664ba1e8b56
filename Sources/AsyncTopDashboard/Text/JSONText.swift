import AsyncTopBus
package import AsyncTopInsight

/// A session as JSON, for programs: the schema is in the article “Output for programs”.
public enum JSONText {
  /// The number of the schema.
  ///
  /// Members may be added to it; a change of a member is a new number.
  public static let version: UInt64 = 1

  /// A list.
  package static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions()
  ) -> String {
    let rows = List.rows(of: insight, options).map { row in
      JSONValue.object(List.fields.flatMap { $0.json(row, insight) })
    }
    return document(insight, [(List.listName, .array(rows))])
  }

  /// The tree: its nodes in the order of the tree, each with the number of its owner's node.
  package static func tree(_ insight: Insight, _ options: ListOptions = ListOptions()) -> String {
    let rows = TreeRows(insight, filter: options.filter) { _, _ in false }
    let nodes = rows.rows.map { row in
      let owner = insight.tree.owner(of: row.node).flatMap { rows.row(ofNode: $0) }
      return JSONValue.object(
        [
          ("depth", .number(UInt64(row.depth))),
          ("owner", owner.map { .number(UInt64($0)) } ?? .null),
        ] + insight.json(node: row.node))
    }
    return document(insight, [("nodes", .array(nodes))])
  }

  /// Who waits for whom: each node with the place of what it waits for, and the circles.
  package static func waits(_ insight: Insight, _ options: ListOptions = ListOptions()) -> String {
    let rows = TreeRows(insight, .waits, filter: options.filter) { _, _ in false }
    let nodes = rows.rows.map { row in
      let blocker = insight.waits.owner(of: row.node).flatMap { rows.row(ofNode: $0) }
      return JSONValue.object(
        [
          ("depth", .number(UInt64(row.depth))),
          ("blocker", blocker.map { .number(UInt64($0)) } ?? .null),
        ] + insight.json(waitNode: row.node))
    }
    let circles = insight.deadlocks.map { JSONValue.array($0.map { insight.json($0) }) }
    return document(insight, [("nodes", .array(nodes)), ("circles", .array(circles))])
  }

  private static func document(
    _ insight: Insight, _ members: [(name: String, value: JSONValue)]
  ) -> String {
    let (snapshot, losses) = (insight.snapshot, insight.snapshot.losses)
    let process: [(name: String, value: JSONValue)] = [
      ("pid", .signed(Int64(snapshot.process.id))),
      ("executable", .string(snapshot.process.executable)),
      ("running", .bool(snapshot.process.isRunning)), ("scanned", .bool(insight.isScanned)),
    ]
    let lost: [(name: String, value: JSONValue)] = [
      ("tasks", .number(losses.tasks)), ("groups", .number(losses.groups)),
      ("timers", .number(losses.timers)), ("resources", .number(losses.resources)),
      ("threads", .number(losses.threads)), ("events", .number(losses.events)),
    ]
    return JSONValue.object(
      [
        ("version", .number(version)), ("process", .object(process)),
        ("time", .number(snapshot.clock.realtime(snapshot.now))), ("lost", .object(lost)),
        ("lag", insight.lagJSON), ("blocks", .array(insight.pastBlocks().map { insight.json($0) })),
        ("lock_misuses", .array(insight.lockMisuses().map { insight.json($0) })),
      ] + members
    ).text
  }
}
