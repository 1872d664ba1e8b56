/// What lies where in the tree.
enum LayoutRules {
  static let topLevel: Set<String> = ["Package.swift", "README.md", "Sources", "Tests", "themes"]

  /// The top of the tree holds five things, hidden files, and what git ignores.
  static func topLevel(_ entries: [String], ignored: Set<String>) -> [Violation] {
    entries.filter { $0.first != "." && !topLevel.contains($0) && !ignored.contains($0) }.map {
      Violation(path: $0, message: "it doesn't belong at the top of the tree")
    }
  }
}
