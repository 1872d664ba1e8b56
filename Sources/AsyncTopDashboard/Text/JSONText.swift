import AsyncTopBus
package import AsyncTopInsight

/// A session as JSON, for programs: the schema is in the article “Output for programs”.
public enum JSONText {
  /// The number of the schema.
  ///
  /// Members may be added to it; a change of a member is a new number.
  public static let version: UInt64 = 1

  /// Writes a list.
  package static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions(),
    to stream: inout TextStream
  ) {
    // To read a column from the list is to retain all that it has.
    let fields = List.fields.map(\.json)
    document(insight, to: &stream) { writer in
      writer.member(List.listName) { writer in
        writer.array { writer in
          List.forEachRow(of: insight, options) { row in
            writer.element { writer in
              writer.object { writer in
                for field in fields { field(row, insight, &writer) }
              }
            }
          }
        }
      }
    }
  }

  /// Writes the tree: its nodes in the order of the tree, each with the number of its owner's node.
  package static func tree(
    _ insight: Insight, _ options: ListOptions = ListOptions(),
    to stream: inout TextStream
  ) {
    let rows = TreeRows(insight, filter: options.filter) { _, _ in false }
    document(insight, to: &stream) { writer in
      nodes(rows, insight.tree, ownerName: "owner", &writer) { node, writer in
        insight.write(node: node, to: &writer)
      }
    }
  }

  /// Writes who waits for whom: each node with the place of what it waits for, and the circles.
  package static func waits(
    _ insight: Insight, _ options: ListOptions = ListOptions(),
    to stream: inout TextStream
  ) {
    let rows = TreeRows(insight, .waits, filter: options.filter) { _, _ in false }
    document(insight, to: &stream) { writer in
      nodes(rows, insight.waits, ownerName: "blocker", &writer) { node, writer in
        insight.write(waitNode: node, to: &writer)
      }
      let circles = insight.deadlocks.map { JSONValue.array($0.map { insight.json($0) }) }
      writer.member("circles", .array(circles))
    }
  }

  private static func nodes(
    _ rows: TreeRows, _ tree: TaskTree, ownerName: StaticString, _ writer: inout JSONWriter,
    _ node: (Int, inout JSONWriter) -> Void
  ) {
    writer.member("nodes") { writer in
      writer.array { writer in
        for row in rows.rows {
          let owner = tree.owner(of: row.node).flatMap { rows.row(ofNode: $0) }
          writer.element { writer in
            writer.object { writer in
              writer.member("depth", UInt64(row.depth))
              writer.member(ownerName, owner.map { .number(UInt64($0)) } ?? .null)
              node(row.node, &writer)
            }
          }
        }
      }
    }
  }

  private static func document(
    _ insight: Insight, to stream: inout TextStream,
    _ contents: (inout JSONWriter) -> Void
  ) {
    let (snapshot, losses) = (insight.snapshot, insight.snapshot.losses)
    let process: Insight.Members = [
      ("pid", .signed(Int64(snapshot.process.id))),
      ("executable", .string(snapshot.process.executable)),
      ("running", .bool(snapshot.process.isRunning)), ("scanned", .bool(insight.isScanned)),
    ]
    let lost: Insight.Members = [
      ("tasks", .number(losses.tasks)), ("groups", .number(losses.groups)),
      ("timers", .number(losses.timers)), ("resources", .number(losses.resources)),
      ("threads", .number(losses.threads)), ("events", .number(losses.events)),
    ]
    var writer = JSONWriter(stream)
    writer.object { writer in
      writer.members([
        ("version", .number(version)), ("process", .object(process)),
        ("time", .number(snapshot.clock.realtime(snapshot.now))), ("lost", .object(lost)),
        ("lag", insight.lagJSON), ("blocks", .array(insight.pastBlocks.map { insight.json($0) })),
        ("lock_misuses", .array(insight.lockMisuses.map { insight.json($0) })),
      ])
      contents(&writer)
    }
    stream = writer.finish()
  }
}
