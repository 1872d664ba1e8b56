import Testing

@Suite struct `Shared state` {
  @Test func `unchecked sharing has its rules above`() {
    let good = "/// A.\n///\n/// 1. One writes.\n@safe\nfinal class A: @unchecked Sendable {}"
    let short = "}\n/// A ring.\n/// One writes.\nfinal class A: @unchecked Sendable {}"
    let none = "struct B {}\n\nextension A: @unchecked Sendable {}"
    #expect(ConcurrencyRules.unchecked(SourceFile("A.swift", good)).isEmpty)
    #expect(ConcurrencyRules.unchecked(SourceFile("A.swift", short)).map(\.line) == [4])
    #expect(ConcurrencyRules.unchecked(SourceFile("A.swift", none)).map(\.line) == [3])
  }

  @Test func `a clock stands in one file, and in one of the probe`() {
    let files = ["A/A.swift", "A/b.c", "CAsyncTopProbe/a.c"].map {
      SourceFile("Sources/\($0)", "clock_gettime(CLOCK_MONOTONIC, &time)")
    }
    #expect(ConcurrencyRules.clocks(files).map(\.path) == ["Sources/A/b.c"])
    #expect(ConcurrencyRules.clocks([files[0], files[2]]).isEmpty)
    let test = SourceFile("Tests/ATests/A.swift", "ContinuousClock()")
    #expect(ConcurrencyRules.clocks([test, test]).isEmpty)
  }
}
