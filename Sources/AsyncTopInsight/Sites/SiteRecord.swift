import AsyncTopBus

/// What the tasks that were created at one site come to, at a moment.
public struct SiteRecord: Sendable {
  /// The number of the site; 0 stands for all tasks of which nobody knows where they were created.
  public let site: UInt32
  /// Tasks that have not ended.
  public internal(set) var alive = 0
  /// Of those, the ones that run.
  public internal(set) var running = 0
  /// Of those, the ones that are ready to run.
  public internal(set) var ready = 0
  /// Of those, the ones that were asked to stop.
  public internal(set) var stopping = 0
  /// Tasks that have ended.
  public internal(set) var ended: UInt64 = 0
  /// Of those, the ones that threw an error.
  public internal(set) var failed: UInt64 = 0
  /// Of those, the ones that had been asked to stop.
  public internal(set) var cancelled: UInt64 = 0
  /// Polls of all of them.
  public internal(set) var polls: UInt64 = 0
  /// Ticks that they spent on threads.
  public internal(set) var busy: UInt64 = 0
  /// Ticks that they spent ready, waiting for a thread.
  public internal(set) var scheduled: UInt64 = 0
  /// Ticks of the longest poll of any of them.
  public internal(set) var longestPoll: UInt64 = 0
  /// The longest of those that are ready now, in ticks.
  public internal(set) var longestReady: UInt64 = 0

  init(site: UInt32) { self.site = site }

  /// Tasks created in all.
  public var created: UInt64 { UInt64(alive) +| ended }

  fileprivate mutating func add(_ task: TaskRecord, at now: UInt64) {
    alive += 1
    if task.state == .running { running += 1 }
    if task.state == .scheduled {
      ready += 1
      longestReady = max(longestReady, task.sinceChange(at: now))
    }
    if task.flags.contains(.cancelled) { stopping += 1 }
    polls +|= task.polls
    busy +|= task.busy(at: now)
    scheduled +|= task.scheduled(at: now)
    longestPoll = max(longestPoll, task.longestPoll?.length ?? 0)
  }

  fileprivate mutating func add(_ counts: SiteCounts) {
    ended +|= counts.returned +| counts.threw +| counts.unknown
    failed +|= counts.threw
    cancelled +|= counts.cancelled
    polls +|= counts.polls
    busy +|= counts.busy
    scheduled +|= counts.scheduled
    longestPoll = max(longestPoll, counts.longestPoll)
  }
}

/// The sites of a snapshot that have or had tasks.
struct SiteTotals: Sendable {
  /// In the order in which they were found.
  private(set) var records: ContiguousArray<SiteRecord> = []
  /// The first tasks of each, by their positions, from which a name for all is taken.
  private(set) var samples: ContiguousArray<[Int32]> = []
  private var positions: [UInt32: Int] = [:]

  /// How many tasks of a site are looked at for its name.
  private static let sampleLimit = 24

  /// One pass over the tasks, and one over the sites.
  init(_ snapshot: Snapshot) {
    var last = (site: UInt32.max, position: 0)
    for (number, task) in snapshot.tasks.enumerated() {
      // Neighbours in the table often come from the same site.
      if task.site != last.site { last = (task.site, position(adding: task.site)) }
      records[last.position].add(task, at: snapshot.now)
      if samples[last.position].count < SiteTotals.sampleLimit {
        samples[last.position].append(Int32(truncatingIfNeeded: number))
      }
    }
    for site in 1..<max(1, snapshot.siteEnd) {
      guard let counts = snapshot.counts(of: site), counts.hasTasks else { continue }
      records[position(adding: site)].add(counts)
    }
  }

  /// Where a site stands in the records.
  func position(of site: UInt32) -> Int? { positions[site] }

  /// The record of a site.
  subscript(site: UInt32) -> SiteRecord? { positions[site].map { records[$0] } }

  private mutating func position(adding site: UInt32) -> Int {
    if let known = positions[site] { return known }
    positions[site] = records.count
    records.append(SiteRecord(site: site))
    samples.append([])
    return records.count - 1
  }
}

extension SiteCounts {
  fileprivate var hasTasks: Bool { returned > 0 || threw > 0 || unknown > 0 }
}
