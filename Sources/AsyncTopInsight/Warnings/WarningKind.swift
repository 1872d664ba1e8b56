/// A kind of thing that checks find, with what a person needs to know of it.
public struct WarningKind: Hashable, Sendable {
  /// Its name, in options and JSON: `lock-held`.
  public let name: String
  /// What it is called.
  public let title: String
  /// Whether what is concerned can't go on by itself.
  public let isError: Bool
  /// What it means.
  public let meaning: String
  /// What is looked at, and from when on it is told.
  public let foundBy: String
  /// What to do about it.
  public let advice: String

  init(
    _ name: String, _ title: String, isError: Bool = false, means meaning: String,
    foundBy: String, advice: String
  ) {
    self.name = name
    self.title = title
    self.isError = isError
    self.meaning = meaning
    self.foundBy = foundBy
    self.advice = advice
  }

  /// Tells kinds apart by their names.
  public static func == (left: WarningKind, right: WarningKind) -> Bool { left.name == right.name }

  /// Feeds the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// All kinds, the worst first.
  public static let all: [WarningKind] = WarningCheck.all.map(\.kind)

  /// How bad it is among all kinds: 0 is the worst.
  var rank: Int { WarningKind.all.firstIndex(of: self) ?? .max }
}

/// What a check finds at a moment.
struct Finding {
  /// What it is about.
  let subject: EntityID?
  /// What tells it from others of its kind, so that what happens again is counted, not told again.
  let key: UInt64
  /// What was found, in words; may hold untrusted text.
  let text: String
  /// How bad it is: nanoseconds, or how many.
  let value: UInt64
  /// Since when it is so, in ticks; nil if that is now.
  var began: UInt64?
  /// When it ended, in ticks; nil if it goes on.
  var ended: UInt64?

  init(
    _ subject: EntityID?, key: UInt64, _ text: String, value: UInt64, began: UInt64? = nil,
    ended: UInt64? = nil
  ) {
    self.subject = subject
    self.key = key
    self.text = text
    self.value = value
    self.began = began
    self.ended = ended
  }
}

/// Looks for one kind of thing.
struct WarningCheck: Sendable {
  /// What a check looks at.
  struct Input {
    let insight: Insight
    let sites: SiteHistory
    let resources: ResourceHistory
  }

  let kind: WarningKind
  /// What the values are.
  let unit: Warning.Unit
  let find: @Sendable (Input) -> [Finding]

  /// All checks, those for the worst first.
  static let all: [WarningCheck] = [
    deadlock, abandonedLock, blockedLoop, longPoll, heldLock, foreignRelease, notEnding, starved,
    overdueTimers, growingQueue, fullStream, growingSite, lostEvents, unlisted,
  ]
}
