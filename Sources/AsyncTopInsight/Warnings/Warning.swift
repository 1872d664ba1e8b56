import AsyncTopBus

/// Something that a check has found in a session, and perhaps found again and again.
public struct Warning: Sendable {
  /// What the worst value is.
  public enum Unit: Hashable, Sendable {
    /// Nanoseconds.
    case time
    /// A number of things.
    case count
  }

  /// One time that it was found.
  public struct Occurrence: Hashable, Sendable {
    /// When it began, in ticks.
    public let began: UInt64
    /// When it was seen last, in ticks.
    public internal(set) var last: UInt64
    /// How bad it was: nanoseconds, or how many.
    public internal(set) var value: UInt64
    /// What it was about.
    public let subject: EntityID?
    /// What was found, in words; may hold untrusted text.
    public internal(set) var text: String
  }

  /// The most occurrences that are kept of one warning.
  public static let occurrenceLimit = 5

  /// Its number in the log.
  public let id: UInt64
  /// What kind of thing it is.
  public let kind: WarningKind
  /// What the values are.
  public let unit: Unit
  /// How often it was found.
  public internal(set) var times = 1
  /// Whether it is so at this moment.
  public internal(set) var isActive: Bool
  /// The worst value.
  public internal(set) var worst: UInt64
  /// The latest times that it was found, the latest last.
  public internal(set) var occurrences: [Occurrence]
  /// When it was found first, in ticks.
  public let first: UInt64
  let key: UInt64

  /// When it was seen last, in ticks.
  public var last: UInt64 { occurrences.last?.last ?? first }
  /// What it is about.
  public var subject: EntityID? { occurrences.last?.subject }
  /// What was found, in words; may hold untrusted text.
  public var text: String { occurrences.last?.text ?? "" }
  /// The worst value in words.
  public var worstText: String {
    unit == .time ? CompactText.duration(worst) : CompactText.count(worst)
  }
}

/// What checks have found in a session since somebody looks.
public struct WarningLog: Sendable {
  /// The most warnings that are kept; of more, those that are over longest go.
  public static let limit = 500

  /// In the order in which they were found first.
  public private(set) var warnings: ContiguousArray<Warning> = []
  private var next: UInt64 = 1

  /// A log of nothing.
  public init() {}

  /// The warning of a number.
  public func warning(_ id: UInt64) -> Warning? { position(of: id).map { warnings[$0] } }

  /// Where the warning of a number stands.
  public func position(of id: UInt64) -> Int? { warnings.firstIndex { $0.id == id } }

  /// Whether a kind of thing is so now of something.
  public func isActive(_ kind: String, _ subject: EntityID) -> Bool {
    warnings.contains { $0.isActive && $0.kind.name == kind && $0.subject == subject }
  }

  /// Whether anything is so now of something.
  public func isActive(about subject: EntityID) -> Bool {
    warnings.contains { $0.isActive && $0.subject == subject }
  }

  /// The warnings as a person reads them: what is so now, the worst first; then what is over, the
  /// latest first.
  public var worstFirst: [Warning] {
    warnings.sorted { left, right in
      if left.isActive != right.isActive { return left.isActive }
      if left.isActive {
        return (left.kind.rank, right.last, left.id) < (right.kind.rank, left.last, right.id)
      }
      return (right.last, left.kind.rank, left.id) < (left.last, right.kind.rank, right.id)
    }
  }

  /// What was known at an earlier moment.
  func before(_ now: UInt64) -> WarningLog {
    var log = self
    log.warnings.removeAll { $0.last > now }
    for index in log.warnings.indices { log.warnings[index].isActive = false }
    return log
  }

  mutating func update(_ insight: Insight, sites: SiteHistory, resources: ResourceHistory) {
    let input = WarningCheck.Input(insight: insight, sites: sites, resources: resources)
    let now = insight.snapshot.now
    for index in warnings.indices { warnings[index].isActive = false }
    for check in WarningCheck.all {
      for finding in check.find(input) {
        add(finding, check, at: now, clock: insight.snapshot.clock)
      }
    }
    guard warnings.count > WarningLog.limit else { return }
    let kept = Set(worstFirst.prefix(WarningLog.limit).map(\.id))
    warnings.removeAll { !kept.contains($0.id) }
  }

  private mutating func add(
    _ finding: Finding, _ check: WarningCheck, at now: UInt64, clock: SessionClock
  ) {
    let began = finding.began ?? now
    let occurrence = Warning.Occurrence(
      began: began, last: min(finding.ended ?? now, now), value: finding.value,
      subject: finding.subject, text: finding.text)
    let same = warnings.firstIndex { warning in
      warning.kind == check.kind
        && (warning.key == finding.key
          || finding.subject != nil
            && warning.occurrences.contains { $0.subject == finding.subject })
    }
    guard let same else {
      warnings.append(
        Warning(
          id: next, kind: check.kind, unit: check.unit, isActive: finding.ended == nil,
          worst: finding.value, occurrences: [occurrence], first: began, key: finding.key))
      next += 1
      return
    }
    warnings[same].add(
      occurrence, goesOn: finding.ended == nil, tolerance: clock.ticks(.seconds(1)))
  }
}

extension Warning {
  fileprivate mutating func add(_ found: Occurrence, goesOn: Bool, tolerance: UInt64) {
    isActive = isActive || goesOn
    worst = max(worst, found.value)
    // What goes on, or is told when it is over, is no other time.
    let known = occurrences.lastIndex { old in
      old.subject == found.subject
        && (goesOn
          ? found.began <= old.last +| tolerance
          : found.began <= old.last && found.last +| tolerance >= old.began)
    }
    if let known {
      occurrences[known].last = max(occurrences[known].last, found.last)
      if found.value >= occurrences[known].value {
        occurrences[known].value = found.value
        occurrences[known].text = found.text
      }
      return
    }
    // One that was over before the first that is kept was counted then.
    if let oldest = occurrences.first, found.last < oldest.began,
      occurrences.count >= Warning.occurrenceLimit
    {
      return
    }
    times += 1
    let place = occurrences.firstIndex { $0.began > found.began } ?? occurrences.endIndex
    occurrences.insert(found, at: place)
    if occurrences.count > Warning.occurrenceLimit { occurrences.removeFirst() }
  }
}
