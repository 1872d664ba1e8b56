/// What makes shared state safe to read about.
enum ConcurrencyRules {
  static let headerLength = 3

  /// Where the compiler doesn't check, the protocol is written above the type.
  static func unchecked(_ file: SourceFile) -> [Violation] {
    file.lines(containing: "@unchecked").filter { line in
      file.code[line - 1].contains("Sendable") && headerLength(above: line, in: file) < headerLength
    }
    .map {
      Violation(
        path: file.path, line: $0,
        message: "@unchecked Sendable without the rules of its sharing in a comment above")
    }
  }

  private static func headerLength(above line: Int, in file: SourceFile) -> Int {
    var count = 0
    var place = line - 2
    while place >= 0 {
      let isComment = file.comments[place].contains { !$0.isWhitespace }
      let code = file.code[place].drop(while: \.isWhitespace)
      // Attributes, and the declaration's own first line, may stand between.
      guard isComment || (count == 0 && !code.isEmpty && !code.contains("}")) else { break }
      count += isComment ? 1 : 0
      place -= 1
    }
    return count
  }

  /// A clock is read in one file, so that time stays a parameter everywhere else.
  ///
  /// The probe is C and stands alone, so it has one of its own.
  static func clocks(_ files: [SourceFile]) -> [Violation] {
    let sources = files.filter { $0.path.hasPrefix("Sources/") }
    return ["clock_gettime", "ContinuousClock"].flatMap { clock in
      [true, false].flatMap { isProbe in
        sources.filter { ($0.module == "CAsyncTopProbe") == isProbe }
          .filter { !$0.lines(containing: clock).isEmpty }.dropFirst()
          .map { Violation(path: $0.path, message: "\(clock) stands in another file already") }
      }
    }
  }
}
