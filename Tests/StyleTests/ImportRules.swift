/// Who may import what.
enum ImportRules {
  /// The module map: which modules of ours each target may import, and no others.
  static let modules: [String: Set<String>] = [
    "CAsyncTopLinux": [], "CAsyncTopProbe": [], "CAsyncTopCurses": [],
    "AsyncTopLinux": ["CAsyncTopLinux"],
    "AsyncTopBus": ["CAsyncTopProbe", "AsyncTopLinux"],
    "AsyncRuntime": ["AsyncTopBus", "AsyncTopLinux"],
    "AsyncRuntimeTesting": ["AsyncRuntime", "AsyncTopLinux"],
    "AsyncTopSymbols": ["AsyncTopLinux"],
    "AsyncTopRecording": ["AsyncTopBus", "CAsyncTopProbe", "AsyncTopLinux"],
    "AsyncTopScan": ["AsyncTopBus", "CAsyncTopProbe", "AsyncTopSymbols", "AsyncTopLinux"],
    "AsyncTopInsight": ["AsyncTopBus"],
    "AsyncTopTerminal": [], "AsyncTopThemes": [],
    "AsyncTopCurses": ["AsyncTopTerminal", "CAsyncTopCurses", "AsyncTopLinux"],
    "AsyncTopDashboard": [
      "AsyncTopInsight", "AsyncTopRecording", "AsyncTopTerminal", "AsyncTopThemes", "AsyncTopBus",
    ],
    "AsyncMonitoring": [
      "AsyncTopDashboard", "AsyncTopRecording", "AsyncTopSymbols", "AsyncTopBus",
      "AsyncTopInsight", "CAsyncTopProbe", "AsyncTopLinux",
    ],
    "AsyncMonitoringUI": [
      "AsyncMonitoring", "AsyncTopDashboard", "AsyncTopCurses", "AsyncTopBus", "AsyncTopTerminal",
      "CAsyncTopProbe", "AsyncTopLinux",
    ],
    "DemoPrograms": ["AsyncRuntime", "AsyncMonitoring", "AsyncTopLinux"],
    "asynctop": [
      "AsyncRuntime", "AsyncMonitoringUI", "AsyncTopDashboard", "DemoPrograms", "AsyncTopCurses",
      "AsyncTopBus", "AsyncTopLinux", "AsyncTopRecording", "AsyncTopScan", "AsyncTopSymbols",
      "AsyncTopInsight",
      "AsyncTopTerminal", "ArgumentParser",
    ],
  ]

  /// Which targets may import a module that isn't ours; every target may import what isn't here.
  static let outside: [String: Set<String>] = [
    "Foundation": [], "FoundationEssentials": [], "Testing": [], "XCTest": [],
    // The native demonstration does what programs without us do.
    "Dispatch": ["DemoPrograms"],
    "Glibc": ["AsyncTopLinux", "AsyncTopCurses", "AsyncTopSymbols"],
  ]

  static func imports(_ file: SourceFile) -> [Violation] {
    guard file.isSwift, file.path.hasPrefix("Sources/") else { return [] }
    return imported(by: file).compactMap { name, line in
      let isAllowed =
        if modules[name] != nil || name == "ArgumentParser" {
          modules[file.module]?.contains(name) == true
        } else {
          outside[name]?.contains(file.module) ?? true
        }
      guard !isAllowed else { return nil }
      return Violation(
        path: file.path, line: line, message: "\(file.module) may not import \(name)")
    }
  }

  /// Where `Package.swift` says something else than the module map.
  static func differences(from manifest: PackageManifest) -> [Violation] {
    Set(modules.keys).union(manifest.dependencies.keys).sorted().compactMap { target in
      guard manifest.dependencies[target] != modules[target] else { return nil }
      let written = manifest.dependencies[target]?.sorted().joined(separator: ", ")
      let mapped = modules[target]?.sorted().joined(separator: ", ")
      return Violation(
        path: "Package.swift",
        message:
          "\(target) depends on [\(written ?? "–")], but on [\(mapped ?? "–")] in the module map")
    }
  }

  /// A test imports what its target depends on, and what those may import themselves.
  static func testImports(_ file: SourceFile, dependencies: [String: Set<String>]) -> [Violation] {
    guard file.isSwift, file.path.hasPrefix("Tests/"), let direct = dependencies[file.module]
    else { return [] }
    let allowed = direct.reduce(into: direct) { $0.formUnion(modules[$1] ?? []) }
    return imported(by: file).compactMap { name, line in
      guard modules[name] != nil, !allowed.contains(name) else { return nil }
      return Violation(
        path: file.path, line: line, message: "\(file.module) doesn't depend on \(name)")
    }
  }

  /// The modules a file imports, also by a single declaration (`import struct A.B`).
  static func imported(by file: SourceFile) -> [(name: String, line: Int)] {
    file.code.enumerated().compactMap { index, line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
        words[..<place].allSatisfy({ $0.first == "@" || accessLevels.contains($0) })
      else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var"]
      let isSingle = kinds.contains(words[place + 1]) && place + 2 < words.count
      let name = words[place + (isSingle ? 2 : 1)].prefix { $0 != "." && $0 != ";" }
      return (String(name), index + 1)
    }
  }

  private static let accessLevels: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
  ]
}
