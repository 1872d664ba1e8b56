import Testing

/// The whole tree obeys every rule; each rule has tests of its own beside this file.
@Suite struct `The tree` {
  let repository: Repository

  init() throws {
    repository = try Repository.current.get()
  }

  private func expectNone(_ violations: [Violation]) {
    let list = violations.map(\.description).joined(separator: "\n")
    #expect(violations.isEmpty, "\(list)")
  }

  @Test func `it is found`() {
    let modules = Set(repository.files.filter { !$0.isTest }.map(\.module))
    #expect(modules.isSuperset(of: ["AsyncTopLinux", "AsyncTopTerminal", "asynctop"]))
    #expect(repository.files.contains { $0.path == "Tests/StyleTests/TreeTests.swift" })
  }

  @Test(
    arguments: [
      ("file length", SizeRules.file), ("line length", SizeRules.columns),
      ("function length", SizeRules.functions),
      ("banned names", NameRules.names), ("file names", NameRules.stem),
      ("types in a file", NameRules.typeCount),
      ("words", WordRules.words), ("parameters", DocumentationRules.parameters),
      ("imports", ImportRules.imports),
      ("unchecked sharing", ConcurrencyRules.unchecked),
      ("sums of records' numbers", ArithmeticRules.sums),
    ] as [(String, @Sendable (SourceFile) -> [Violation])])
  func `every file obeys`(
    rule: String, check: @Sendable (SourceFile) -> [Violation]
  ) {
    expectNone(repository.files.flatMap { check($0) })
  }

  @Test func `a clock is read in one file`() {
    expectNone(ConcurrencyRules.clocks(repository.files))
  }

  @Test func `descriptors are opened in one file`() {
    expectNone(SystemCallRules.opening(repository.files))
  }

  @Test func `what can raise SIGPIPE stands in one file`() {
    expectNone(SystemCallRules.sending(repository.files))
  }

  @Test func `the package says what the module map says`() {
    expectNone(ImportRules.differences(from: repository.manifest))
  }

  @Test func `tests import what they depend on`() {
    expectNone(
      repository.files.flatMap {
        ImportRules.testImports($0, dependencies: repository.manifest.testDependencies)
      })
  }

  @Test func `every target has the common settings`() {
    expectNone(repository.manifest.violations)
  }

  @Test func `nothing else lies at the top`() throws {
    expectNone(LayoutRules.topLevel(try repository.entries, ignored: try repository.ignored))
  }

  @Test func `the paths in the map of the tree exist`() throws {
    let map = "Sources/ARCHITECTURE.md"
    expectNone(
      PathRules.paths(in: try repository.text(of: map), of: map) { repository.exists($0) })
  }

  @Test(arguments: [("Sources", "Sources"), ("Tests", "Tests"), ("themes", "Sources")])
  func `swift-format has nothing to say`(folder: String, configuration: String) throws {
    let result = try repository.run(
      "swift", "format", "lint", "--strict", "--recursive", "--parallel", "--configuration",
      "\(configuration)/.swift-format", folder)
    #expect(result.status == 0, "\(result.output)")
  }
}

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
