import Testing

@Suite struct `Documentation rules` {
  @Test func `parameters are explained, but for those that say where the caller is`() {
    let file = SourceFile(
      "Sources/A/B.swift",
      """
      /// Waits.
      ///
      /// - Parameter time: How long.
      @attribute(*, message: "x")
      public func wait(
        for time: Int, or other: (Int, Int) -> Void, fileID: StaticString = #fileID
      ) {}

      /// Waits.
      public func wait(for time: Int) {}
      """)
    #expect(DocumentationRules.parameters(file).map(\.line) == [5])
    #expect(DocumentationRules.parameters(file).first?.message.contains("other") == true)
  }

  @Test func `where the caller is, is explained on the first page of the module alone`() {
    let text = """
      /// The next one.
      ///
      /// - Parameter actor: Leave it out.
      public mutating func next(isolation actor: isolated (any Actor)?) async -> Int? { nil }
      """
    let violations = DocumentationRules.parameters(SourceFile("Sources/AsyncRuntime/B.swift", text))
    #expect(violations.map(\.line) == [4])
  }
}
