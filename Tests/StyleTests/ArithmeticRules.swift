/// Numbers that another process or a file has written are added and taken away by operators that
/// neither trap nor wrap: `+|` and `-|`.
enum ArithmeticRules {
  /// The modules that look at what others wrote.
  static let modules: Set<String> = [
    "AsyncTopBus", "AsyncTopInsight", "AsyncTopDashboard", "AsyncTopRecording", "asynctop",
  ]
  /// What is reported is the app's own; the format's coders work modulo 2⁶⁴, as its article says.
  private static let exempt = [
    "Sources/AsyncTopBus/Reporting/", "Sources/AsyncTopRecording/Format/",
  ]
  /// Members of records that hold such numbers.
  static let names: Set<String> = [
    "now", "ticks", "since", "busy", "scheduled", "created", "ended", "armed", "deadline",
    "heldSince", "taskSince", "iterationBegan", "iterations", "lag", "worstLag", "polls", "wakes",
    "spawned", "bytesIn", "bytesOut", "monotonic", "nanoseconds", "startTicks", "endTicks",
    "startMonotonic", "startRealtime", "started", "lost", "lostThreads", "unlistedPolls", "adopted",
  ]
  private static let operators: Set<Substring> = ["+", "-", "*", "+=", "-=", "&+", "&-", "&*"]

  static func sums(_ file: SourceFile) -> [Violation] {
    guard file.isSwift, file.path.hasPrefix("Sources/"), modules.contains(file.module),
      !exempt.contains(where: { file.path.hasPrefix($0) })
    else { return [] }
    return file.code.indices.filter { isSum(file.code[$0]) }.map {
      Violation(
        path: file.path, line: $0 + 1,
        message: "a record's number is added or taken away: use +| or -|")
    }
  }

  /// Whether an operand of a sum is a member of a record.
  private static func isSum(_ line: Substring) -> Bool {
    let words = line.split(separator: " ")
    return words.indices.contains { index in
      guard operators.contains(words[index]), index > 0, index + 1 < words.count else {
        return false
      }
      return isMember(endOf: words[index - 1]) || isMember(startOf: words[index + 1])
    }
  }

  /// `snapshot.now`, or `record.busy(at:` whose argument has no space in it.
  private static func isMember(endOf word: Substring) -> Bool {
    var rest = word
    while rest.last == ")" { rest = rest.dropLast() }
    return isMember(rest)
  }

  private static func isMember(startOf word: Substring) -> Bool {
    var rest = word
    while let first = rest.first, !first.isWordPart, first != "$", first != "." {
      rest = rest.dropFirst()
    }
    let path = rest.prefix { $0.isWordPart || $0 == "." || $0 == "$" || $0 == "?" || $0 == "!" }
    // What is called or looked into is no number.
    if path.endIndex < rest.endIndex, "([".contains(rest[path.endIndex]) { return false }
    return isMember(path)
  }

  private static func isMember(_ path: Substring) -> Bool {
    let parts = path.split(separator: ".")
    guard let name = parts.last, path.contains(".") else { return false }
    // All that is lost is counted by others; elsewhere those names are tables'.
    return names.contains(String(name)) || parts.dropLast().last == "losses"
  }
}
