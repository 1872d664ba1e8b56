import AsyncTopBus

/// What the tasks of each site came to lately: rates, and how many there were.
public struct SiteHistory: Sendable {
  /// What happened in a second, of the tasks of one site.
  public struct Rates: Hashable, Sendable {
    /// Tasks created.
    public var created = 0.0
    /// Tasks that ended with an error.
    public var failed = 0.0
    /// Tasks that ended after they had been asked to stop.
    public var cancelled = 0.0
    /// Polls.
    public var polls = 0.0
    /// The time on threads: 1 is one thread all the time.
    public var busy = 0.0
  }

  /// What is remembered of a site.
  struct Past: Sendable {
    /// A name for its tasks.
    var name = ""
    /// How many tasks it had, every two seconds.
    var alive = Series(limit: SiteHistory.samples)
  }

  /// How many values of how many tasks a site had are kept.
  public static let samples = 60
  /// The time between two of them.
  public static let step: Duration = .seconds(2)
  /// The most sites of which that is kept.
  static let limit = 2_000

  private var readings = Readings<SiteTotals>()
  private var pasts: [UInt32: Past] = [:]
  private var rates: [UInt32: Rates] = [:]
  private var stepped: UInt64?

  mutating func update(_ insight: Insight) {
    let snapshot = insight.snapshot
    let totals = insight.siteTotals
    readings.add(totals, at: snapshot.now, clock: snapshot.clock)
    measure(totals, at: snapshot.now, clock: snapshot.clock)
    let step = snapshot.clock.ticks(SiteHistory.step)
    guard stepped.map({ snapshot.now -| $0 >= step }) ?? true else { return }
    stepped = snapshot.now
    for (position, record) in totals.records.enumerated() {
      guard pasts[record.site] != nil || pasts.count < SiteHistory.limit else { continue }
      let name = insight.commonName(of: totals.samples[position])
      pasts[record.site, default: Past()].alive.add(Double(record.alive))
      if !name.isEmpty { pasts[record.site]?.name = name }
    }
  }

  private mutating func measure(_ totals: SiteTotals, at now: UInt64, clock: SessionClock) {
    rates = [:]
    guard let (before, old) = readings.earlier else { return }
    let ticks = Double(now -| before)
    let seconds = Double(clock.nanoseconds(now -| before)) / 1e9
    guard seconds > 0 else { return }
    for record in totals.records {
      let start = old[record.site] ?? SiteRecord(site: record.site)
      func rate(_ count: (SiteRecord) -> UInt64) -> Double {
        Double(count(record) -| count(start)) / seconds
      }
      rates[record.site] = Rates(
        created: rate(\.created), failed: rate(\.failed), cancelled: rate(\.cancelled),
        polls: rate(\.polls), busy: Double(record.busy -| start.busy) / ticks)
    }
  }

  /// What happened in the last second; nil if nobody looked before.
  public func rates(of site: UInt32) -> Rates? { rates[site] }

  /// The time of all tasks on threads in the last second: 1 is one thread all the time; nil if
  /// nobody looked before.
  var busy: Double? { rates.isEmpty ? nil : rates.values.map(\.busy).reduce(0, +) }

  /// How many tasks a site had, every two seconds, the latest last.
  public func alive(of site: UInt32) -> [Double] { pasts[site]?.alive.values ?? [] }

  /// A name for the tasks of a site; empty if they had none.
  public func name(of site: UInt32) -> String { pasts[site]?.name ?? "" }
}

extension Insight {
  /// The sites that have or had tasks, in no order.
  public var sites: ContiguousArray<SiteRecord> { siteTotals.records }

  /// Where a site stands among those.
  public func sitePosition(_ site: UInt32) -> Int? { siteTotals.position(of: site) }

  /// What the tasks of a site are called: their name, or what their names have in common.
  public func siteName(_ site: UInt32) -> String {
    let name = siteTotals.position(of: site).map { commonName(of: siteTotals.samples[$0]) } ?? ""
    if !name.isEmpty { return name }
    let past = history.sites.name(of: site)
    if !past.isEmpty { return past }
    if site == 0 { return "" }
    return places.body(site, in: snapshot)?.function ?? location(site)?.function ?? ""
  }

  /// What the names of some tasks have in common, `client …`; empty if that is nothing.
  func commonName(of tasks: [Int32]) -> String {
    let names = tasks.map { displayName(of: snapshot.tasks[Int($0)]) }
    guard var common = names.first.map({ Substring($0) }) else { return "" }
    guard names.dropFirst().contains(where: { $0 != common }) else { return String(common) }
    for name in names.dropFirst() {
      while !name.hasPrefix(common) { common = common.dropLast() }
    }
    // A part of a number is no name.
    while let last = common.last, last.isNumber { common = common.dropLast() }
    while common.last == " " { common = common.dropLast() }
    return common.isEmpty ? "" : "\(common) …"
  }
}
