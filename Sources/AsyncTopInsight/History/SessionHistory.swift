import AsyncTopBus

/// What a session did lately: what one snapshot can't tell.
///
/// It is fed every snapshot in turn. When the session goes back in time, it starts anew: what comes
/// after the moment isn't known there. Everything in it has a limit.
public struct SessionHistory: Sendable {
  /// What is drawn of a second of the session's time.
  public struct Second: Hashable, Sendable {
    /// Which second of the session it is.
    public let number: UInt64
    /// Polls in a second.
    public var polls: Double
    /// How much of the time loops were busy, from 0 to 1; where there are none, for how many
    /// threads tasks had work; nil if nobody knows.
    public var busy: Double?
    /// How late something was at worst, in nanoseconds; nil if nobody knows.
    public var lag: UInt64?
    /// Tasks created in a second.
    public var created: Double
    /// Tasks made runnable in a second.
    public var wakes: Double
    /// How many tasks there were.
    public var live: Int
  }

  /// The most seconds that are kept.
  public static let limit = 300

  /// The latest seconds in which there was a snapshot, the latest last.
  public private(set) var seconds: [Second] = []
  /// What the tasks of each site came to lately.
  public private(set) var sites = SiteHistory()
  /// How much resources were used lately.
  public private(set) var resources = ResourceHistory()
  /// What threads did lately.
  public private(set) var threads = ThreadHistory()
  /// What checks have found.
  public private(set) var warnings = WarningLog()
  private var last: UInt64?
  /// When the sites were looked at, in ticks.
  private var looked: UInt64?
  /// Of more tasks than this, sites are looked at every five seconds.
  private static let quickTasks = 200_000

  /// A history of nothing.
  public init() {}

  /// Takes the next snapshot.
  ///
  /// One pass over the tasks, and what the checks of warnings take.
  ///
  /// - Parameters:
  ///   - insight: The snapshot, and what follows from it.
  ///   - rates: How much happened in the last second.
  public mutating func update(_ insight: Insight, rates: SessionRates) {
    let now = insight.snapshot.now
    if let last, now < last {
      let log = warnings
      self = SessionHistory()
      warnings = log.before(now)
    }
    last = now
    // To look at a million tasks takes a while.
    let isDue = looked.map { now -| $0 >= insight.snapshot.clock.ticks(.seconds(5)) } ?? true
    if insight.snapshot.tasks.count <= SessionHistory.quickTasks || isDue {
      looked = now
      sites.update(insight)
    }
    add(insight, rates)
    resources.update(insight)
    threads.update(insight, rates: rates)
    warnings.update(insight, sites: sites, resources: resources)
  }

  private mutating func add(_ insight: Insight, _ rates: SessionRates) {
    let snapshot = insight.snapshot
    let time = snapshot.clock.nanoseconds(snapshot.now -| snapshot.clock.start.ticks)
    let loops = rates.loopBusy.values
    var second = Second(
      number: time / 1_000_000_000, polls: rates.polls,
      busy: snapshot.loops.isEmpty
        ? insight.isScanned ? nil : sites.busy
        : loops.reduce(0, +) / Double(max(1, snapshot.loops.count)),
      lag: insight.lag?.now, created: rates.created, wakes: rates.wakes,
      live: snapshot.tasks.count)
    if let before = seconds.last, before.number == second.number {
      second.lag = [before.lag, second.lag].compactMap(\.self).max()
      seconds.removeLast()
    }
    if seconds.count >= SessionHistory.limit { seconds.removeFirst() }
    seconds.append(second)
  }

  /// A look may come so many seconds late: what it says holds for those.
  private static let lateness = 5

  /// One value of each of the last seconds, the latest last; nil where nobody looked.
  public func values<Value>(last count: Int, _ value: (Second) -> Value?) -> [Value?] {
    guard let latest = seconds.last?.number else { return [] }
    var values = [Value?](repeating: nil, count: count)
    var later = count
    for second in seconds.reversed() {
      let age = latest -| second.number
      guard age < UInt64(count) else { break }
      let place = count - 1 - Int(age)
      values[place] = value(second)
      if later < count, later - place <= SessionHistory.lateness {
        for missed in place + 1..<max(place + 1, later) { values[missed] = values[later] }
      }
      later = place
    }
    return values
  }
}
