public import AsyncTopBus

/// Finds a text in others, whatever the case of its letters.
public struct TextFilter: Hashable, Sendable {
  /// The text, as it was given.
  public let text: String
  private let wanted: [UInt8]
  private let isASCII: Bool

  /// A filter for a text; an empty one matches everything.
  public init(_ text: String = "") {
    self.text = text
    wanted = Array(text.lowercased().utf8)
    isASCII = wanted.allSatisfy { $0 < 0x80 }
  }

  /// Whether it matches everything.
  public var isEmpty: Bool { wanted.isEmpty }

  /// Whether a text contains what is wanted; an empty filter finds itself everywhere.
  public func matches(_ text: String) -> Bool {
    let lower = isASCII ? text : text.lowercased()
    return matches(lower.utf8Span.span)
  }

  /// Whether a name contains what is wanted.
  ///
  /// Only what is not ASCII takes a string to find out.
  func matches(_ name: TaskName) -> Bool {
    isASCII ? name.withBytes(matches) : matches(name.text)
  }

  private func matches(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= wanted.count else { return false }
    for start in 0...(bytes.count - wanted.count) where isFound(in: bytes, at: start) {
      return true
    }
    return false
  }

  private func isFound(in bytes: Span<UInt8>, at start: Int) -> Bool {
    for offset in wanted.indices {
      let byte = bytes[start + offset]
      let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      if lower != wanted[offset] { return false }
    }
    return true
  }
}

/// Looks for the text of a filter in many records, and remembers what it found in what they share:
/// sites, states and what they wait for.
///
/// What is looked at of a wait is its words, not its numbers: `timer`, but not `in 1.2s`.
public final class Matcher {
  /// What a wait says that others may say too.
  private enum Subject: Hashable {
    case type(UInt32)
    case entity(EntityID)
  }

  private let filter: TextFilter
  private unowned let insight: Insight
  private let states: [Bool]
  private let isNumber: Bool
  private let kinds: [WaitDescription.Kind: Bool]
  private var known: [Subject: Bool] = [:]
  /// Whether it is in what tasks without a name are called, in sites, and in places.
  private var codeNames = KeyedValues<Bool>()
  private var sites = KeyedValues<Bool>()
  private var places = KeyedValues<Bool>()

  /// Begins to look.
  ///
  /// - Parameters:
  ///   - filter: What is looked for.
  ///   - insight: Whose records; must live as long as this.
  public init(_ filter: TextFilter, _ insight: Insight) {
    self.filter = filter
    self.insight = insight
    isNumber = filter.text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    states = TaskState.allCases.map { filter.matches($0.word) }
    kinds = Dictionary(
      uniqueKeysWithValues: WaitDescription.Kind.allCases.map { ($0, filter.matches($0.rawValue)) })
  }

  /// Whether the text is in a task's name, id, state, site, wait or place.
  public func matches(_ task: TaskRecord) -> Bool {
    states[Int(task.state.rawValue)] || (isNumber && filter.matches(String(task.id)))
      || matches(site: task.site) || matchesPlace(of: task) || matchesName(of: task)
      || matchesWait(of: task)
  }

  private func matchesName(of task: TaskRecord) -> Bool {
    let name = insight.snapshot.taskName(of: task)
    guard name.isEmpty else { return filter.matches(name) }
    // The main task is called so whatever its code.
    if task.id == 1 || task.flags.contains(.main) {
      return filter.matches(insight.displayName(of: task))
    }
    return codeNames.value(for: insight.codeKey(of: task)) {
      filter.matches(insight.displayName(of: task, named: ""))
    }
  }

  /// Whether the text is in a timer's kind, site or owner.
  public func matches(_ timer: TimerRecord) -> Bool {
    filter.matches(timer.kind.word) || matches(site: timer.site)
      || (timer.owner != 0 && matches(.task(timer.owner)))
  }

  /// Whether the text is in a group's name or site.
  func matches(_ group: GroupRecord) -> Bool {
    matches(.group(group.id)) || matches(site: group.site)
  }

  /// Whether the text is in a finished task's name, id or site.
  func matches(_ task: FinishedTask) -> Bool {
    filter.matches(task.name) || (isNumber && filter.matches("\(task.id)"))
      || filter.matches(task.outcomeWord) || matches(site: task.record.site)
  }

  private func matchesWait(of task: TaskRecord) -> Bool {
    switch task.waitsFor {
    case .none: (kinds[.thread] ?? false) && insight.isStarved(task)
    case .timer: kinds[.timer] ?? false
    case .task(let id): matches(.task(id))
    case .group(let id): matches(.group(id))
    case .resource(let id): matches(.resource(id))
    case .executor(_, let type): kinds[.executor] ?? false || matches(type: type)
    case .continuation: kinds[insight.wait(of: task)?.kind ?? .continuation] ?? false
    case .future: kinds[.future] ?? false
    case .unknown: false
    }
  }

  private func matchesPlace(of task: TaskRecord) -> Bool {
    places.value(for: insight.placeKey(of: task)) { filter.matches(insight.atLabel(task)) }
  }

  private func matches(site: UInt32) -> Bool {
    guard site != 0 else { return false }
    return sites.value(for: UInt64(site)) { filter.matches(insight.siteLabel(site)) }
  }

  private func matches(type: UInt32) -> Bool {
    found(.type(type)) { insight.executorText(type) }
  }

  /// Whether the text is in what something is called.
  func matches(_ entity: EntityID) -> Bool {
    found(.entity(entity)) { insight.label(entity) }
  }

  private func found(_ subject: Subject, _ text: () -> String) -> Bool {
    if let found = known[subject] { return found }
    let found = filter.matches(text())
    known[subject] = found
    return found
  }
}
