import AsyncTopBus
package import AsyncTopInsight
import AsyncTopTerminal

/// What tasks wait for that is no task, group or timer: the table of resources, and `asynctop
/// resources`.
package enum ResourceList: EntityList {
  package static let listName: StaticString = "resources"
  package static let title = "Resources"
  package static let shortTitle = "Res"
  package static let tab = Action(
    "showResources", .everywhere, [.typed("5")], "show locks, queues, sockets and actors")

  package static let columns = [
    sign, kind, name, site, holder, since, level, waiters, meanWait, longestWait, uses,
  ]
  package static let fields = [
    id, kind, name, sign, site, holder, since, level, waiters, meanWait, longestWait, uses, bytes,
  ]
  package static let tableOrder = waiters
  package static let printedOrder = waiters

  package static func rows(of insight: Insight) -> ContiguousArray<ResourceRow> {
    insight.resources
  }

  package static func entity(of row: ResourceRow) -> EntityID { row.entity }

  package static func position(of entity: EntityID, in insight: Insight) -> Int? {
    insight.resourceRow(of: entity)
  }

  package static func matcher(
    _ filter: TextFilter, _ insight: Insight
  ) -> (ResourceRow) -> Bool {
    { row in
      filter.matches(row.kindWord) || filter.matches(insight.name(of: row))
        || filter.matches(insight.siteLabel(row.resource?.site ?? 0))
        || filter.matches(holderText(row, insight))
    }
  }

  package static func emptiness(of insight: Insight) -> String? {
    insight.isScanned ? "no streams or actors are seen; the others only with a probe" : nil
  }

  /// Who waits for the selected one, in their order.
  @Sendable static func waiters(_ entity: EntityID?, _ insight: Insight) -> [DetailsLine] {
    guard let entity else { return [] }
    let waiters = insight.waiters(for: entity).sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    guard !waiters.isEmpty else { return [] }
    let label = insight.label(entity)
    var lines = [DetailsLine("\(label): \(waiters.count) wait")]
    for (place, task) in waiters.enumerated() {
      let name = insight.displayName(of: task)
      let parts = [
        name.isEmpty ? "task" : name, insight.atLabel(task), insight.sinceWord(of: task),
      ]
      lines.append(
        DetailsLine(
          "\(place + 1)  \(task.id)", parts.filter { !$0.isEmpty }.joined(separator: "  "),
          id: "waiter \(task.id)"))
    }
    return lines
  }
}

extension Insight {
  /// For how long a task is in its state; empty where that is not known.
  func sinceWord(of task: TaskRecord) -> String {
    isMeasured(task) ? CompactText.duration(nanoseconds(task.sinceChange(at: snapshot.now))) : ""
  }
}

// Where there isn't room for all columns, they go in this order: average wait, uses, site, longest
// wait, since, level, holder, kind, waiters; the sign and the name stay.
extension ResourceList {
  /// That something is wrong with it.
  static let sign = Column<ResourceRow>(
    "warning", "",
    room: { _ in .fixed(1, priority: 9) },
    cell: { row, insight in
      insight.history.warnings.isActive(about: row.entity)
        ? ListCell("", .warning, sign: .warning, plain: "!") : .empty
    },
    json: { row, insight in
      [("warning", .bool(insight.history.warnings.isActive(about: row.entity)))]
    })

  static let id = Column<ResourceRow>(
    "id", "ID", alignment: .right,
    room: { _ in .fixed(14, priority: 0) },
    key: { _ in { number($0) } },
    cell: { row, _ in ListCell("\(number(row))", .identifier) },
    json: { row, _ in [("id", .number(number(row)))] })

  static let kind = Column<ResourceRow>(
    "kind", "KIND", recedes: true,
    room: { .fixed($0.isNarrow ? 9 : 12, priority: 8) },
    key: { _ in { LazyOrder.key(of: $0.kindWord) } },
    cell: { row, _ in ListCell(row.kindWord, row.isInside ? .waitsForResource : .dim) },
    json: { row, _ in [("kind", .string(row.kindWord))] })

  static let name = Column<ResourceRow>(
    "name", "NAME", recedes: true,
    room: { .flexible(($0.width < 90 ? 14 : 18)...36, priority: 10, truncation: .middle) },
    key: { insight in { LazyOrder.key(of: insight.name(of: $0)) } },
    cell: { ListCell($1.name(of: $0)) },
    json: { [("name", .string($1.name(of: $0)))] })

  static let site = Column<ResourceRow>(
    "site", "MADE AT", recedes: true, hasPlaces: true,
    room: { .flexible($0.site(narrow: 14)...36, priority: 3, truncation: .start) },
    key: { insight in { LazyOrder.key(of: insight.siteLabel($0.resource?.site ?? 0)) } },
    cell: { ListCell($1.siteLabel($0.resource?.site ?? 0), .site) },
    json: { [("site", $1.json(site: $0.resource?.site ?? 0))] })

  static let holder = Column<ResourceRow>(
    "holder", "HELD BY",
    room: { .flexible(($0.width < 90 ? 12 : 18)...32, priority: 7, truncation: .middle) },
    key: { insight in { insight.holderID(of: $0) ?? 0 } },
    cell: { row, insight in
      let text = holderText(row, insight)
      return text.isEmpty ? freeText(row) : ListCell(text)
    },
    json: { row, insight in
      [
        ("holder", insight.holderID(of: row).map { .number($0) } ?? .null),
        ("reader", id(row.resource?.reader)), ("writer", id(row.resource?.writer)),
      ]
    })

  static let since = Column<ResourceRow>(
    "since", "SINCE", alignment: .right, startsDescending: true, needsProbe: true,
    room: { _ in .fixed(6, priority: 5) },
    key: { insight in
      { row in insight.heldSince(row.entity).map { insight.snapshot.now -| $0 } ?? 0 }
    },
    cell: { row, insight in
      guard let since = insight.heldSince(row.entity) else { return .empty }
      return ListCell(
        CompactText.duration(insight.nanoseconds(insight.snapshot.now -| since)),
        insight.history.warnings.isActive("lock-held", row.entity) ? .warning : .text)
    },
    json: { row, insight in
      let held = insight.heldSince(row.entity).map {
        insight.nanoseconds(insight.snapshot.now -| $0)
      }
      return [("held_ns", held.map { .number($0) } ?? .null)]
    })

  /// How full it is: of its capacity, if it has one.
  static let level = Column<ResourceRow>(
    "level", "FULL", startsDescending: true,
    room: {
      $0.width < 90
        ? ColumnRoom(.fixed(8), priority: 6)
        : ColumnRoom(.fixed(16), priority: 6, textBeforePicture: 10)
    },
    key: { _ in { UInt64($0.resource?.depth ?? 0) } },
    cell: { row, insight in
      guard let resource = row.resource, resource.hasLevel else { return .empty }
      let depth = CompactText.count(UInt64(resource.depth))
      guard resource.capacity > 0 else { return unlimited(resource, depth, insight) }
      let part = Double(resource.depth) / Double(resource.capacity)
      return ListCell(
        "\(depth)/\(CompactText.count(UInt64(resource.capacity)))",
        resource.depth == 0 ? .dim : .text, picture: .bar(part))
    },
    json: { row, _ in
      guard let resource = row.resource, resource.hasLevel else {
        return [("depth", .null), ("capacity", .null)]
      }
      return [
        ("depth", .number(UInt64(resource.depth))),
        ("capacity", resource.capacity == 0 ? .null : .number(UInt64(resource.capacity))),
      ]
    })

  /// Those of what tasks can keep from each other first: at ways to the outside it is usual to
  /// wait.
  static let waiters = Column<ResourceRow>(
    "waiters", "WAIT", alignment: .right, startsDescending: true,
    room: { _ in .fixed(5, priority: 9) },
    key: { _ in { UInt64(max(0, $0.waiters)) | ($0.isInside ? 1 << 40 : 0) } },
    cell: { row, _ in .count(UInt64(max(0, row.waiters))) },
    json: { row, _ in
      [
        ("waiters", .number(UInt64(max(0, row.waiters)))),
        ("producers", .number(UInt64(row.resource?.producers ?? 0))),
      ]
    })

  static let meanWait = time("meanWait", "WAIT avg", priority: 1) { resource in
    resource.waits == 0 ? nil : resource.waited / resource.waits
  }
  static let longestWait = time("longestWait", "LONGEST", priority: 4) { resource in
    resource.waits == 0 ? nil : resource.longestWait
  }

  static let uses = Column<ResourceRow>(
    "uses", "USES/s", alignment: .right, startsDescending: true, needsProbe: true,
    room: { _ in .fixed(7, priority: 2) },
    key: { insight in
      { row in
        let rate = row.resource.flatMap { insight.history.resources.uses(of: $0.id) }
        return rate.map { UInt64(saturating: $0 * 1000) } ?? row.resource?.uses ?? 0
      }
    },
    cell: { row, insight in
      row.resource.flatMap { insight.history.resources.uses(of: $0.id) }.map { .rate($0) } ?? .empty
    },
    json: { row, insight in
      let rate = row.resource.flatMap { insight.history.resources.uses(of: $0.id) }
      return [("uses", id(row.resource?.uses)), ("uses_per_s", .rate(rate))]
    })

  static let bytes = Column<ResourceRow>(
    "bytes", "BYTES", alignment: .right, startsDescending: true, needsProbe: true,
    room: { _ in .fixed(7, priority: 0) },
    key: { _ in { ($0.resource?.bytesIn ?? 0) +| ($0.resource?.bytesOut ?? 0) } },
    cell: { row, _ in
      ListCell(CompactText.bytes((row.resource?.bytesIn ?? 0) +| (row.resource?.bytesOut ?? 0)))
    },
    json: { row, _ in
      [
        ("bytes_in", .number(row.resource?.bytesIn ?? 0)),
        ("bytes_out", .number(row.resource?.bytesOut ?? 0)),
      ]
    })
}

extension ResourceList {
  private static func number(_ row: ResourceRow) -> UInt64 {
    switch row.entity {
    case .resource(let id), .executor(let id, _): id
    default: 0
    }
  }

  private static func id(_ id: UInt64?) -> JSONValue {
    id.map { $0 == 0 ? .null : .number($0) } ?? .null
  }

  /// Who has it, or reads and writes it: `2203 POST /orders`.
  private static func holderText(_ row: ResourceRow, _ insight: Insight) -> String {
    if let holder = insight.holderID(of: row) { return insight.shortLabel(ofTask: holder) }
    guard let resource = row.resource, resource.kind == .stream else { return "" }
    let ends = [resource.reader, resource.writer].filter { $0 != 0 }
    return ends.map { insight.shortLabel(ofTask: $0) }.joined(separator: ", ")
  }

  private static func freeText(_ row: ResourceRow) -> ListCell {
    row.resource?.kind == .lock ? ListCell("free", .dim) : .empty
  }

  /// What has no limit may grow without end.
  private static func unlimited(
    _ resource: ResourceRecord, _ depth: String, _ insight: Insight
  ) -> ListCell {
    let isWrong = insight.history.warnings.isActive(about: .resource(resource.id))
    let canGrow = resource.kind == .queue || resource.kind == .stream
    if resource.depth == 0, !canGrow { return ListCell("·", .dim, plain: "0") }
    return ListCell(
      canGrow ? "\(depth)/∞" : depth, isWrong ? .warning : resource.depth == 0 ? .dim : .text)
  }

  private static func time(
    _ name: String, _ title: String, priority: Int,
    _ ticks: @escaping @Sendable (ResourceRecord) -> UInt64?
  ) -> Column<ResourceRow> {
    Column(
      name, title, alignment: .right, startsDescending: true, needsProbe: true,
      room: { _ in .fixed(max(7, title.count), priority: priority) },
      key: { _ in { $0.resource.flatMap(ticks) ?? 0 } },
      cell: { row, insight in
        row.resource.flatMap(ticks).map {
          ListCell(CompactText.duration(insight.nanoseconds($0)))
        } ?? .empty
      },
      json: { row, insight in
        let time = row.resource.flatMap(ticks).map { insight.nanoseconds($0) }
        return [(name.snakeCased + "_ns", time.map { .number($0) } ?? .null)]
      })
  }
}

extension Insight {
  /// The id of the task that holds a resource or runs on an actor; nil if none does.
  func holderID(of row: ResourceRow) -> UInt64? {
    if let resource = row.resource { return resource.holder == 0 ? nil : resource.holder }
    return holder(of: row.entity)?.id
  }

  /// A task's id and name: `2203 POST /orders`.
  func shortLabel(ofTask id: UInt64) -> String {
    let name = task(id).map { displayName(of: $0) } ?? ""
    return name.isEmpty ? "\(id)" : "\(id) \(name)"
  }
}

extension ResourceRecord {
  /// Whether it can hold more or less.
  var hasLevel: Bool {
    switch kind {
    case .queue, .semaphore, .barrier, .allOf, .anyOf, .stream: true
    default: depth > 0 || capacity > 0
    }
  }
}
