import Testing

@Suite struct `Imports` {
  private func violations(_ path: String, _ text: String) -> [Violation] {
    ImportRules.imports(SourceFile(path, text))
  }

  @Test(arguments: [
    ("Dashboard", "import TerminalUI"), ("Dashboard", "public import TaskInsight"),
    ("LinuxSystem", "import Glibc"), ("TerminalUI", "import Synchronization"),
    ("asynctop", "import ArgumentParser"), ("TerminalUI", "// import Glibc"),
    ("TerminalUI", "let important = 1"),
  ])
  func `an import of the module map is allowed`(module: String, text: String) {
    #expect(violations("Sources/\(module)/A.swift", text).isEmpty)
  }

  @Test(arguments: [
    ("Dashboard", "import AsyncRuntime"), ("Dashboard", "@testable import Symbolication"),
    ("Dashboard", "import struct CNCurses.WINDOW"), ("TerminalUI", "import Glibc"),
    ("LinuxSystem", "import Foundation"), ("AsyncMonitor", "internal import ArgumentParser"),
    ("TerminalUI", "@preconcurrency import class Foundation.Process"),
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
    let head = "name: \"CLinux\", dependencies: ["
    let other = manifest.replacing(head, with: head + "\"TerminalUI\"")
    #expect(
      ImportRules.differences(from: PackageManifest(other)).map(\.message)
        == ["CLinux depends on [TerminalUI], but on [] in the module map"])
    #expect(
      ImportRules.differences(from: PackageManifest(manifest + ".target(name: \"New\")")).count == 1
    )
  }

  @Test func `a test imports what its target depends on`() {
    let file = SourceFile("Tests/ATests/A.swift", "import Foundation\nimport TerminalUI\n")
    #expect(ImportRules.testImports(file, dependencies: ["ATests": ["TerminalUI"]]).isEmpty)
    #expect(ImportRules.testImports(file, dependencies: ["ATests": ["Dashboard"]]).isEmpty)
    #expect(ImportRules.testImports(file, dependencies: ["ATests": ["CLinux"]]).map(\.line) == [2])
  }
}
