import Testing

@Suite struct `Words` {
  private func lines(_ path: String, _ text: String) -> [Int] {
    WordRules.words(SourceFile(path, text)).map(\.line)
  }

  @Test(arguments: ["try! f()", "fatalError(\"x\")", "f() // TODO: g", "/* FIXME */", "// XXX"])
  func `a banned word is found anywhere`(text: String) {
    #expect(lines("Sources/A/A.swift", "\n" + text) == [2])
    #expect(lines("Tests/ATests/A.swift", "\n" + text) == [2])
  }

  @Test(arguments: ["usleep(1)", "Thread.sleep(until: x)", "try await Task.sleep(for: x)"])
  func `a sleep is found in tests`(text: String) {
    #expect(lines("Tests/ATests/A.swift", text) == [1])
    #expect(lines("Sources/A/A.swift", text) == [])
    #expect(lines("Tests/Fixtures/Toy/A.swift", text) == [])
    #expect(lines("Tests/Benchmarks/Sources/Echo/A.swift", text) == [])
  }

  @Test(arguments: ["precondition(x, y)", "preconditionFailure()"])
  func `a mistake of who uses a library is told in release builds, too`(text: String) {
    #expect(lines("Sources/AsyncRuntime/Queues/A.swift", text) == [1])
    #expect(lines("Sources/AsyncTopLinux/A.swift", text) == [1])
    #expect(lines("Sources/AsyncTopDashboard/A.swift", text) == [])
  }

  @Test(arguments: [
    "try f()", "myfatalError(x)", "let text = \"TODO try! fatalError(\"", "// fatalError( is bad",
    "let XXX = 1", "// TODOS",
  ])
  func `what only looks like it is left alone`(text: String) {
    #expect(lines("Tests/ATests/A.swift", text) == [])
  }
}
