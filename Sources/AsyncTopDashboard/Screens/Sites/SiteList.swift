import AsyncTopBus
package import AsyncTopInsight
import AsyncTopTerminal

/// Everything grouped by where it was created: the table of sites, and `asynctop sites`.
package enum SiteList: EntityList {
  package static let listName: StaticString = "sites"
  package static let title = "Sites"
  package static let tab = Action(
    "showSites", .everywhere, [.typed("4")], "show where tasks are created")

  package static let columns = [
    sign, name, site, alive, trend, created, failed, cancelled, busy, polls, meanPoll, longestPoll,
    meanReady, all,
  ]
  package static let fields = [
    number, name, site, sign, alive, running, ready, all, ended, failed, cancelled, created, busy,
    polls, meanPoll, longestPoll, meanReady, trend,
  ]
  package static let tableOrder = busy
  package static let printedOrder = busy

  package static func rows(of insight: Insight) -> ContiguousArray<SiteRecord> { insight.sites }

  package static func entity(of row: SiteRecord) -> EntityID { .site(row.site) }

  package static func position(of entity: EntityID, in insight: Insight) -> Int? {
    guard case .site(let number) = entity else { return nil }
    return insight.sitePosition(number)
  }

  package static func matcher(
    _ filter: TextFilter, _ insight: Insight
  ) -> (SiteRecord) -> Bool {
    { row in
      filter.matches(insight.siteName(row.site)) || filter.matches(insight.siteLabel(row.site))
    }
  }

  package static func emptiness(of insight: Insight) -> String? { insight.emptiness }
}

// Where there isn't room for all columns, they go in this order: all, ready, cancelled, trend,
// average poll, polls, failed, created, longest, site, alive, busy; the sign and the name stay.
extension SiteList {
  /// That it only grows.
  static let sign = Column<SiteRecord>(
    "grows", "",
    room: { _ in .fixed(1, priority: 9) },
    cell: { row, insight in
      grows(row, insight) ? ListCell("", .warning, sign: .warning, plain: "grows") : .empty
    },
    json: { [("grows", .bool(grows($0, $1)))] })

  static let number = Column<SiteRecord>(
    "id", "ID", alignment: .right,
    room: { _ in .fixed(5, priority: 0) },
    key: { _ in { UInt64($0.site) } },
    cell: { row, _ in ListCell("\(row.site)", .identifier) },
    json: { row, _ in [("id", .number(UInt64(row.site)))] })

  static let name = Column<SiteRecord>(
    "name", "SITE", recedes: true,
    room: { .flexible(($0.width < 90 ? 14 : 18)...36, priority: 10) },
    key: { insight in { LazyOrder.key(of: insight.siteName($0.site)) } },
    cell: { row, insight in
      let name = insight.siteName(row.site)
      if name.isEmpty, row.site == 0 { return ListCell("not known where", .dim) }
      return ListCell(name)
    },
    json: { [("name", .string($1.siteName($0.site)))] })

  static let site = Column<SiteRecord>(
    "site", "CREATED AT", recedes: true, hasPlaces: true,
    room: { .flexible($0.site(narrow: 14)...40, priority: 7, truncation: .start) },
    key: { insight in { LazyOrder.key(of: insight.siteLabel($0.site)) } },
    cell: { ListCell($1.siteLabel($0.site), .site) },
    json: { [("site", $1.json(site: $0.site))] })

  static let alive = Column<SiteRecord>(
    "alive", "ALIVE", alignment: .right, startsDescending: true,
    room: { _ in .fixed(6, priority: 8) },
    key: { _ in { UInt64($0.alive) } },
    cell: { row, insight in
      .count(UInt64(row.alive), grows(row, insight) ? .warning : .text)
    },
    json: { row, _ in [("alive", .number(UInt64(row.alive)))] })

  static let running = count("running", "RUNS") { UInt64($0.running) }
  static let ready = count("ready", "READY") { UInt64($0.ready) }
  static let all = count("all", "ALL", needsProbe: true, \.created)
  static let ended = count("ended", "ENDED", needsProbe: true, \.ended)

  /// How many there were lately.
  static let trend = Column<SiteRecord>(
    "trend", "LAST 2m",
    room: { _ in ColumnRoom(.fixed(10), priority: 2, textBeforePicture: 0) },
    cell: { row, insight in
      let values = insight.history.sites.alive(of: row.site)
      return ListCell(
        "", .dim, picture: .graph(values, grows(row, insight) ? .warning : .sparkline))
    },
    json: { row, insight in
      [
        (
          "alive_lately",
          .array(insight.history.sites.alive(of: row.site).map { .number(UInt64($0)) })
        )
      ]
    })

  static let created = rate("created", "NEW/s", priority: 5, \.created, \.created)
  static let failed = rate("failed", "FAIL/s", .stateFailed, priority: 4, \.failed, \.failed)
  static let cancelled = rate(
    "cancelled", "CANC/s", .stateCancelled, priority: 1, \.cancelled, \.cancelled)
  static let polls = rate("polls", "POLLS/s", priority: 4, \.polls, \.polls)

  /// The part of a thread's time that they took in the last second, and a bar beside the most.
  static let busy = Column<SiteRecord>(
    "busy", "BUSY", startsDescending: true, needsProbe: true,
    room: {
      ColumnRoom(.fixed($0.width < 90 ? 6 : 13), priority: 9, textBeforePicture: 7)
    },
    key: { insight in
      { row in
        // Where nobody looked before, what they took in all.
        guard let share = insight.history.sites.rates(of: row.site)?.busy else { return row.busy }
        return UInt64(saturating: share * 1e9)
      }
    },
    cell: { row, insight in
      guard let rates = insight.history.sites.rates(of: row.site) else { return .empty }
      let text = CompactText.share(rates.busy)
      let space = String(repeating: " ", count: max(0, 6 - text.count))
      return rates.busy < 0.0005
        ? ListCell("     ·", .dim, plain: "0%")
        : ListCell(space + text, plain: text, picture: .bar(rates.busy))
    },
    json: { row, insight in
      let rates = insight.history.sites.rates(of: row.site)
      return [
        ("busy_ns", insight.measured(insight.nanoseconds(row.busy))),
        ("busy_ns_per_s", .rate(rates?.busy.scaled)),
      ]
    })

  static let meanPoll = time("meanPoll", "POLL avg", priority: 3) { row in
    row.polls == 0 ? nil : row.busy / row.polls
  }
  static let longestPoll = time("longestPoll", "LONGEST", priority: 6) { row in
    row.longestPoll == 0 ? nil : row.longestPoll
  }
  static let meanReady = time("meanReady", "READY avg", priority: 1) { row in
    row.polls == 0 ? nil : row.scheduled / row.polls
  }

  private static func grows(_ row: SiteRecord, _ insight: Insight) -> Bool {
    insight.history.warnings.isActive("site-grows", .site(row.site))
  }
}

extension SiteList {
  private static func count(
    _ name: String, _ title: String, needsProbe: Bool = false,
    _ number: @escaping @Sendable (SiteRecord) -> UInt64
  ) -> Column<SiteRecord> {
    Column(
      name, title, alignment: .right, startsDescending: true, needsProbe: needsProbe,
      room: { _ in .fixed(6, priority: 0) },
      key: { _ in number },
      cell: { row, _ in .count(number(row)) },
      json: { row, insight in
        [(name, needsProbe ? insight.measured(number(row)) : .number(number(row)))]
      })
  }

  /// How many in the last second, and in JSON how many in all.
  private static func rate(
    _ name: String, _ title: String, _ role: ThemeRole = .text, priority: Int,
    _ count: @escaping @Sendable (SiteRecord) -> UInt64,
    _ rate: @escaping @Sendable (SiteHistory.Rates) -> Double
  ) -> Column<SiteRecord> {
    Column(
      name, title, alignment: .right, startsDescending: true, needsProbe: true,
      room: { _ in .fixed(7, priority: priority) },
      key: { insight in
        { row in
          guard let rates = insight.history.sites.rates(of: row.site) else { return count(row) }
          return UInt64(saturating: rate(rates) * 1000)
        }
      },
      cell: { row, insight in
        insight.history.sites.rates(of: row.site).map { .rate(rate($0), role) } ?? .empty
      },
      json: { row, insight in
        [
          ("\(name)_in_all", insight.measured(count(row))),
          ("\(name)_per_s", .rate(insight.history.sites.rates(of: row.site).map(rate))),
        ]
      })
  }

  private static func time(
    _ name: String, _ title: String, priority: Int,
    _ ticks: @escaping @Sendable (SiteRecord) -> UInt64?
  ) -> Column<SiteRecord> {
    Column(
      name, title, alignment: .right, startsDescending: true, needsProbe: true,
      room: { _ in .fixed(max(7, title.count), priority: priority) },
      key: { _ in { ticks($0) ?? 0 } },
      cell: { row, insight in
        ticks(row).map { ListCell(CompactText.duration(insight.nanoseconds($0))) } ?? .empty
      },
      json: { row, insight in
        [(name.snakeCased + "_ns", ticks(row).map { .number(insight.nanoseconds($0)) } ?? .null)]
      })
  }
}

extension Insight {
  /// What only a probe can know; null of a process that is scanned.
  func measured(_ number: UInt64) -> JSONValue { isScanned ? .null : .number(number) }
}

extension JSONValue {
  /// A rate to the nearest thousandth; null if it is not known.
  static func rate(_ rate: Double?) -> JSONValue {
    guard let rate, rate.isFinite, rate < 1e15 else { return .null }
    return .decimal((rate * 1000).rounded() / 1000)
  }
}

extension ListCell {
  /// A number, where nothing is a dot.
  static func count(_ number: UInt64, _ role: ThemeRole = .text) -> ListCell {
    number == 0 ? ListCell("·", .dim, plain: "0") : ListCell(CompactText.count(number), role)
  }

  /// A number in a second, where nothing is a dot.
  static func rate(_ rate: Double, _ role: ThemeRole = .text) -> ListCell {
    rate <= 0 ? ListCell("·", .dim, plain: "0") : ListCell(CompactText.perSecond(rate), role)
  }
}

extension Double {
  /// Seconds as nanoseconds.
  fileprivate var scaled: Double { self * 1e9 }
}
