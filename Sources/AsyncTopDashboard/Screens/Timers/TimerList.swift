package import AsyncTopBus
package import AsyncTopInsight
import AsyncTopTerminal

/// The pending timers of a session: the table of timers, and `asynctop timers`.
package enum TimerList: EntityList {
  package static let listName: StaticString = "timers"
  package static let title = "Timers"
  package static let tab = Action("showTimers", .everywhere, [], "show the timers")

  package static let columns = [left, kind, owner, site, id]
  package static let fields = [id, kind, left, owner, site]
  package static let tableOrder = left
  package static let printedOrder = left

  package static func rows(of insight: Insight) -> ContiguousArray<TimerRecord> {
    insight.snapshot.timers
  }

  package static func entity(of row: TimerRecord) -> EntityID { .timer(row.id) }

  package static func position(of entity: EntityID, in insight: Insight) -> Int? {
    guard case .timer(let id) = entity else { return nil }
    return insight.timerPosition(id)
  }

  package static func matcher(
    _ filter: TextFilter, _ insight: Insight
  ) -> (TimerRecord) -> Bool {
    let matcher = Matcher(filter, insight)
    return { matcher.matches($0) }
  }

  package static func emptiness(of insight: Insight) -> String? { nil }
}

// Where there isn't room for all columns, the id goes first, then the kind, the site and the owner.
extension TimerList {
  /// The time until it is due, and how much that is of the time it was armed for.
  static let left = Column<TimerRecord>(
    "left", "LEFT", alignment: .right,
    room: {
      ColumnRoom(.flexible(min: $0.isNarrow ? 8 : 14, max: 30), priority: 10, textBeforePicture: 8)
    },
    key: { _ in { $0.deadline } },
    cell: { timer, insight in
      let left = insight.remaining(timer)
      let text = CompactText.duration(left.magnitude)
      let fraction = insight.fractionLeft(timer)
      return ListCell(
        left >= 0 ? text : "-" + text, left >= 0 ? .waitsForTimer : .warning,
        picture: .bar(fraction, fraction < 0.1 ? .barUrgent : .barFull))
    },
    json: { $2.member("remaining_ns", .signed($1.remaining($0))) })

  static let kind = Column<TimerRecord>(
    "kind", "KIND",
    room: { _ in .fixed(8, priority: 6) },
    key: { _ in { UInt64($0.kind.rawValue) } },
    cell: { timer, _ in ListCell(timer.kind.word) },
    json: { timer, _, writer in writer.member("kind", timer.kind.word) })

  static let owner = Column<TimerRecord>(
    "owner", "OWNER",
    room: { .flexible(($0.isNarrow ? 10 : 20)...40, priority: 8) },
    key: { _ in { $0.owner } },
    cell: { timer, insight in
      timer.owner == 0 ? .empty : ListCell(insight.label(.task(timer.owner)), .identifier)
    },
    json: { timer, _, writer in
      writer.member("owner", timer.owner == 0 ? .null : .number(timer.owner))
    })

  static let site = Column<TimerRecord>(
    "site", "SITE",
    room: { .flexible($0.site(narrow: 12)...48, priority: 7, truncation: .start) },
    key: { insight in { LazyOrder.key(of: insight.siteLabel($0.site)) } },
    cell: { ListCell($1.siteLabel($0.site), .site) },
    json: { $1.write(site: $0.site, to: &$2) })

  static let id = Column<TimerRecord>(
    "id", "ID", alignment: .right,
    room: { .fixed($0.insight.timerIDColumns, priority: 1) },
    key: { _ in { $0.id } },
    cell: { timer, _ in ListCell("\(timer.id)", .identifier) },
    json: { timer, _, writer in writer.member("id", timer.id) })
}
