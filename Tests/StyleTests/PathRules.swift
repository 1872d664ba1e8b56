/// What a document says about where things are.
enum PathRules {
  /// Every path in backticks leads somewhere, from `Sources/` or from the top of the tree.
  ///
  /// A path has a slash. What follows a space is an argument, as in `.ci/fuzz SECONDS`; blocks of
  /// code are left alone.
  ///
  /// - Parameters:
  ///   - document: Its text.
  ///   - name: Its path from the top of the tree.
  ///   - exists: Whether there is a file or a folder at a path from the top of the tree.
  /// - Returns: The paths that lead nowhere.
  static func paths(
    in document: String, of name: String, exists: (String) -> Bool
  ) -> [Violation] {
    var isCode = false
    var violations: [Violation] = []
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode else { continue }
      for path in spans(in: line).map({ String($0.prefix { $0 != " " }) })
      where path.contains("/") && !exists("Sources/" + path) && !exists(path) {
        violations.append(
          Violation(path: name, line: index + 1, message: "there is no \(path)"))
      }
    }
    return violations
  }

  /// What stands between backticks.
  private static func spans(in line: Substring) -> [Substring] {
    let parts = line.split(separator: "`", omittingEmptySubsequences: false)
    return parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] }
  }
}
