import Testing

@Suite struct `Paths in documents` {
  private func missing(_ text: String) -> [Violation] {
    let there: Set<String> = ["Sources/AsyncTopBus/Records/", "Sources/A/A.swift", ".ci/fuzz"]
    return PathRules.paths(in: text, of: "B.md") { there.contains($0) }
  }

  @Test func `a path that leads nowhere is found with its line`() {
    #expect(
      missing("`A/A.swift` and\n| a | `A/B.swift` |")
        == [Violation(path: "B.md", line: 2, message: "there is no A/B.swift")])
    #expect(missing("`A/B.swift`, `C/` and `.ci/gone 40`").count == 3)
  }

  @Test(arguments: [
    "`AsyncTopBus/Records/`", "`Sources/A/A.swift`", "`.ci/fuzz SECONDS`",
    "A/B.swift, and `Snapshot` or `swift test`", "```\nA `B/C`\n```",
  ])
  func `what is there, and what is no path, is left alone`(text: String) {
    #expect(missing(text) == [])
  }
}
