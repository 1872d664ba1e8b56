import AsyncTopBus
package import AsyncTopInsight
import AsyncTopTerminal

/// What checks have found: the table of warnings, and `asynctop warnings`.
package enum WarningList: EntityList {
  package static let listName: StaticString = "warnings"
  package static let title = "Warnings"
  package static let shortTitle = "Warn"
  package static let tab = Action(
    "showWarnings", .everywhere, [.typed("9")], "show what checks have found")

  package static let columns = [kind, text, worst, times, last, first]
  package static let fields = [kind, text, subject, worst, times, last, first]
  package static let tableOrder = kind
  package static let printedOrder = kind

  package static func rows(of insight: Insight) -> ContiguousArray<Warning> {
    insight.history.warnings.warnings
  }

  package static func entity(of row: Warning) -> EntityID { .warning(row.id) }

  package static func position(of entity: EntityID, in insight: Insight) -> Int? {
    guard case .warning(let id) = entity else { return nil }
    return insight.history.warnings.position(of: id)
  }

  package static func matcher(
    _ filter: TextFilter, _ insight: Insight
  ) -> (Warning) -> Bool {
    { filter.matches($0.kind.title) || filter.matches($0.kind.name) || filter.matches($0.text) }
  }

  package static func emptiness(of insight: Insight) -> String? {
    insight.history.warnings.warnings.isEmpty ? "nothing has been found since asynctop looks" : nil
  }
}

// Where there isn't room for all columns, they go in this order: first, times, last, worst, text;
// the kind stays.
extension WarningList {
  /// What is so now first, the worst first.
  static let kind = Column<Warning>(
    "kind", "KIND",
    room: { .fixed($0.isNarrow ? 18 : 25, priority: 10) },
    key: { insight in
      let order = insight.history.warnings.worstFirst.enumerated().map { ($1.id, UInt64($0)) }
      let places = Dictionary(order, uniquingKeysWith: { first, _ in first })
      return { places[$0.id] ?? .max }
    },
    cell: { warning, _ in
      ListCell(
        warning.kind.title, warning.role, sign: warning.role,
        plain: warning.kind.name + (warning.isActive ? "" : ", over"))
    },
    json: { warning, _ in
      [
        ("kind", .string(warning.kind.name)), ("title", .string(warning.kind.title)),
        ("severity", .string(warning.kind.isError ? "error" : "warning")),
        ("active", .bool(warning.isActive)),
      ]
    })

  static let text = Column<Warning>(
    "text", "WHAT",
    room: { .flexible(($0.isNarrow ? 14 : 24)...100, priority: 9) },
    key: { _ in { LazyOrder.key(of: $0.text) } },
    cell: { warning, _ in ListCell(warning.text, warning.isActive ? .text : .dim) },
    json: { warning, _ in
      [("text", .string(warning.text)), ("advice", .string(warning.kind.advice))]
    })

  static let subject = Column<Warning>(
    "subject", "ABOUT",
    room: { _ in .fixed(20, priority: 0) },
    cell: { warning, insight in ListCell(warning.subject.map(insight.label) ?? "") },
    json: { warning, insight in
      [("subject", warning.subject.map { insight.json($0) } ?? .null)]
    })

  static let worst = Column<Warning>(
    "worst", "WORST", alignment: .right, startsDescending: true,
    room: { _ in .fixed(7, priority: 8) },
    key: { _ in { $0.worst } },
    cell: { warning, _ in ListCell(warning.worstText, warning.isActive ? warning.role : .dim) },
    json: { warning, _ in
      [
        ("worst_ns", warning.unit == .time ? .number(warning.worst) : .null),
        ("worst_count", warning.unit == .count ? .number(warning.worst) : .null),
      ]
    })

  static let times = Column<Warning>(
    "times", "TIMES", alignment: .right, startsDescending: true,
    room: { _ in .fixed(5, priority: 6) },
    key: { _ in { UInt64($0.times) } },
    cell: { warning, _ in ListCell("\(warning.times)", warning.isActive ? .text : .dim) },
    json: { warning, _ in [("times", .number(UInt64(warning.times)))] })

  static let last = Column<Warning>(
    "last", "LAST", alignment: .right, startsDescending: true,
    room: { _ in .fixed(8, priority: 7) },
    key: { _ in { $0.last } },
    cell: { warning, insight in
      if warning.isActive { return ListCell("now", warning.role) }
      let ago = insight.nanoseconds(insight.snapshot.now -| warning.last)
      return ListCell("\(CompactText.duration(ago)) ago", .dim)
    },
    json: { warning, insight in
      [("last", .number(insight.snapshot.clock.realtime(warning.last)))]
    })

  static let first = Column<Warning>(
    "first", "FIRST", alignment: .right,
    room: { _ in .fixed(10, priority: 5) },
    key: { _ in { $0.first } },
    cell: { warning, insight in
      let ago = insight.nanoseconds(insight.snapshot.now -| warning.first)
      return ListCell("\(CompactText.duration(ago)) ago", .dim)
    },
    json: { warning, insight in
      [("first", .number(insight.snapshot.clock.realtime(warning.first)))]
    })
}

extension Warning {
  /// How it is drawn: an alarm while it is so.
  var role: ThemeRole { !isActive ? .warningOver : kind.isError ? .error : .warning }
}
