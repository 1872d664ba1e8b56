import Testing

@Suite struct `Imports` {
  private func violations(_ path: String, _ text: String) -> [Violation] {
    ImportRules.imports(SourceFile(path, text))
  }

  @Test(arguments: [
    ("AsyncTopDashboard", "import AsyncTopTerminal"),
    ("AsyncTopDashboard", "public import AsyncTopInsight"),
    ("AsyncTopLinux", "import Glibc"), ("AsyncTopTerminal", "import Synchronization"),
    ("asynctop", "import ArgumentParser"), ("AsyncTopTerminal", "// import Glibc"),
    ("AsyncTopTerminal", "let important = 1"),
  ])
  func `an import of the module map is allowed`(module: String, text: String) {
    #expect(violations("Sources/\(module)/A.swift", text).isEmpty)
  }

  @Test(arguments: [
    ("AsyncTopDashboard", "import AsyncRuntime"),
    ("AsyncTopDashboard", "@testable import AsyncTopSymbols"),
    ("AsyncTopDashboard", "import struct CAsyncTopCurses.WINDOW"),
    ("AsyncTopTerminal", "import Glibc"),
    ("AsyncTopLinux", "import Foundation"), ("AsyncMonitoring", "internal import ArgumentParser"),
    ("AsyncTopTerminal", "@preconcurrency import class Foundation.Process"),
  ])
  func `any other is found`(module: String, text: String) {
    #expect(violations("Sources/\(module)/A.swift", "\n" + text).map(\.line) == [2])
  }

  @Test func `the package and the module map are compared by target`() {
    let targets = ImportRules.modules.map { name, modules in
      let list = modules.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
      return ".target(name: \"\(name)\", dependencies: [\(list)])\n"
    }
    let manifest = targets.sorted().joined()
    #expect(ImportRules.differences(from: PackageManifest(manifest)).isEmpty)
    let head = "name: \"CAsyncTopLinux\", dependencies: ["
    let other = manifest.replacing(head, with: head + "\"AsyncTopTerminal\"")
    #expect(
      ImportRules.differences(from: PackageManifest(other)).map(\.message)
        == ["CAsyncTopLinux depends on [AsyncTopTerminal], but on [] in the module map"])
    #expect(
      ImportRules.differences(from: PackageManifest(manifest + ".target(name: \"New\")")).count == 1
    )
  }

  @Test func `a test imports what its target depends on`() {
    let file = SourceFile("Tests/ATests/A.swift", "import Foundation\nimport AsyncTopTerminal\n")
    #expect(ImportRules.testImports(file, dependencies: ["ATests": ["AsyncTopTerminal"]]).isEmpty)
    #expect(ImportRules.testImports(file, dependencies: ["ATests": ["AsyncTopDashboard"]]).isEmpty)
    #expect(
      ImportRules.testImports(file, dependencies: ["ATests": ["CAsyncTopLinux"]]).map(\.line) == [2]
    )
  }
}
