/// A file of the tree, as the rules see it.
struct SourceFile: Sendable {
  /// From the top of the tree: `Sources/AsyncTopLinux/Epoll.swift`.
  let path: String
  let lines: [Substring]
  /// The lines without comments and without what string literals hold.
  let code: [Substring]
  /// The comments alone.
  let comments: [Substring]

  init(_ path: String, _ text: String) {
    self.path = path
    let scrubbed = Scrubber.scrub(text, isSwift: path.hasSuffix(".swift"))
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    code = scrubbed.code.split(separator: "\n", omittingEmptySubsequences: false)
    comments = scrubbed.comments.split(separator: "\n", omittingEmptySubsequences: false)
  }

  var isSwift: Bool { path.hasSuffix(".swift") }
  /// Whether it is a test, or serves one.
  ///
  /// A program under `Fixtures` is what a test looks at, and a benchmark is no test.
  var isTest: Bool {
    path.hasPrefix("Tests/") && !isFixture && !path.hasPrefix("Tests/Benchmarks/")
  }
  private var isFixture: Bool { path.hasPrefix("Tests/Fixtures/") }
  var folders: [Substring] { path.split(separator: "/").dropLast() }
  /// The file's name, without what follows the last dot.
  var stem: Substring {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { name[..<$0] } ?? name
  }
  /// The target it belongs to.
  var module: String {
    let place = isFixture ? 2 : 1
    return folders.indices.contains(place) ? String(folders[place]) : ""
  }
  /// The numbers of the lines of code in which a text stands, counted from 1.
  ///
  /// A text that begins or ends with a letter must stand there as a word of its own.
  func lines(containing text: String) -> [Int] {
    code.indices.filter { code[$0].containsWord(text) }.map { $0 + 1 }
  }
}

extension Substring {
  /// Whether a text stands here, and not as a part of a longer word.
  func containsWord(_ text: String) -> Bool {
    var rest = self
    while let found = rest.firstRange(of: text) {
      let before = found.lowerBound > startIndex ? self[index(before: found.lowerBound)] : " "
      let after = found.upperBound < endIndex ? self[found.upperBound] : " "
      let joinsBefore = before.isWordPart && text.first?.isWordPart == true
      let joinsAfter = after.isWordPart && text.last?.isWordPart == true
      if !joinsBefore && !joinsAfter { return true }
      rest = rest[found.upperBound...]
    }
    return false
  }
}

extension Character {
  /// Whether a word of code can have it.
  var isWordPart: Bool { isLetter || isNumber || self == "_" }
}

/// A place that breaks a rule.
struct Violation: Sendable, Equatable, CustomStringConvertible {
  let path: String
  var line = 1
  let message: String

  var description: String { "\(path):\(line): \(message)" }
}
