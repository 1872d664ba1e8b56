import Testing

@Suite struct `Package manifest` {
  private let loop = """
    for target in package.targets where target.type != .plugin {
      target.swiftSettings = settings
    }
    """

  @Test func `the dependencies of each target are read`() {
    let manifest = PackageManifest(
      """
      .library(name: "A", targets: ["A"]),
      .systemLibrary(name: "C", pkgConfig: "c", providers: [.apt(["libc-dev"])]),
      .target(name: "A", dependencies: ["C"]),
      .executableTarget(
        name: "tool",
        dependencies: [
          "A", .product(name: "Parser", package: "swift-parser"), "C",
        ]),
      .testTarget(name: "ATests", dependencies: ["A"]),
      .executableTarget(name: "Toy", dependencies: ["C"], path: "Tests/Fixtures/Toy"),
      """)
    #expect(manifest.dependencies == ["A": ["C"], "C": [], "tool": ["A", "Parser", "C"]])
    #expect(manifest.testDependencies == ["ATests": ["A"], "Toy": ["C"]])
  }

  @Test func `settings are common and safe to depend on`() {
    #expect(PackageManifest(loop).violations.isEmpty)
    #expect(PackageManifest("").violations.count == 1)
    for more in [".target(name: \"A\", swiftSettings: [])", ".unsafeFlags([])"] {
      #expect(PackageManifest("\(loop)\n\(more)").violations.count == 1)
    }
  }

  @Test func `the top of the tree holds five things`() {
    let good = ["Package.swift", "README.md", "Sources", "Tests", "themes", ".git", "ignored"]
    #expect(LayoutRules.topLevel(good, ignored: ["ignored"]).isEmpty)
    let bad = LayoutRules.topLevel(["Docs", "Sources", "Makefile"], ignored: [])
    #expect(bad.map(\.path) == ["Docs", "Makefile"])
  }
}
