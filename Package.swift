// swift-tools-version: 6.3

import PackageDescription

/// Every Swift target is compiled with these settings.
var settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),  // SE-0458
  .enableUpcomingFeature("ExistentialAny"),  // SE-0335
  .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
  .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
]

// A package that depends on ours must not fail for a warning of its newer compiler, so only our
// continuous integration asks for this.
if Context.environment["ASYNCTOP_WARNINGS_AS_ERRORS"] != nil {
  settings.append(.treatAllWarnings(as: .error))  // SE-0480
}

let package = Package(
  name: "asynctop",
  products: [
    .library(name: "AsyncRuntime", targets: ["AsyncRuntime"]),
    .library(name: "AsyncRuntimeTesting", targets: ["AsyncRuntimeTesting"]),
    .library(name: "AsyncMonitor", targets: ["AsyncMonitoring"]),
    .library(name: "AsyncMonitorUI", targets: ["AsyncMonitoringUI"]),
    .executable(name: "asynctop", targets: ["asynctop"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // C: layouts, declarations and the probe.
    .target(name: "CAsyncTopLinux"),
    .target(name: "CAsyncTopProbe", exclude: ["Layout.md"]),
    .target(
      name: "CAsyncTopCurses",
      linkerSettings: [.linkedLibrary(":libncursesw.a"), .linkedLibrary(":libtinfo.a")]),

    // The app's side.
    .target(name: "AsyncTopLinux", dependencies: ["CAsyncTopLinux"]),
    .target(name: "AsyncTopBus", dependencies: ["CAsyncTopProbe", "AsyncTopLinux"]),
    .target(name: "AsyncRuntime", dependencies: ["AsyncTopBus", "AsyncTopLinux"]),
    .target(name: "AsyncRuntimeTesting", dependencies: ["AsyncRuntime", "AsyncTopLinux"]),

    // The viewer's side.
    .target(name: "AsyncTopSymbols", dependencies: ["AsyncTopLinux"]),
    .target(
      name: "AsyncTopRecording", dependencies: ["AsyncTopBus", "CAsyncTopProbe", "AsyncTopLinux"]),
    .target(
      name: "AsyncTopScan",
      dependencies: ["AsyncTopBus", "CAsyncTopProbe", "AsyncTopSymbols", "AsyncTopLinux"]),
    .target(name: "AsyncTopInsight", dependencies: ["AsyncTopBus"]),
    .target(name: "AsyncTopTerminal"),
    .target(
      name: "AsyncTopThemes", path: "themes",
      resources: [
        .embedInCode("color-blind.theme"), .embedInCode("dark.theme"),
        .embedInCode("high-contrast-light.theme"), .embedInCode("high-contrast.theme"),
        .embedInCode("light.theme"), .embedInCode("mono.theme"), .embedInCode("roles.theme"),
        .embedInCode("terminal.theme"),
      ]),
    .target(
      name: "AsyncTopCurses",
      dependencies: ["AsyncTopTerminal", "CAsyncTopCurses", "AsyncTopLinux"]),
    .target(
      name: "AsyncTopDashboard",
      dependencies: [
        "AsyncTopInsight", "AsyncTopRecording", "AsyncTopTerminal", "AsyncTopThemes", "AsyncTopBus",
      ]),

    // Both together.
    .target(
      name: "AsyncMonitoring",
      dependencies: [
        "AsyncTopDashboard", "AsyncTopRecording", "AsyncTopSymbols", "AsyncTopBus",
        "AsyncTopInsight", "CAsyncTopProbe", "AsyncTopLinux",
      ]),
    .target(
      name: "AsyncMonitoringUI",
      dependencies: [
        "AsyncMonitoring", "AsyncTopDashboard", "AsyncTopCurses", "AsyncTopBus",
        "AsyncTopTerminal", "CAsyncTopProbe", "AsyncTopLinux",
      ]),
    .target(
      name: "DemoPrograms", dependencies: ["AsyncRuntime", "AsyncMonitoring", "AsyncTopLinux"]),
    .executableTarget(
      name: "asynctop",
      dependencies: [
        "AsyncRuntime", "AsyncMonitoringUI", "AsyncTopDashboard", "DemoPrograms", "AsyncTopBus",
        "AsyncTopRecording", "AsyncTopScan", "AsyncTopSymbols", "AsyncTopInsight",
        "AsyncTopTerminal",
        "AsyncTopCurses", "AsyncTopLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      plugins: ["ProbeEmbedding"]),
    .plugin(name: "ProbeEmbedding", capability: .buildTool(), path: "Sources/ProbeEmbedding"),

    // Sessions for tests of what looks at sessions.
    .target(
      name: "TestSessions", dependencies: ["AsyncTopBus", "CAsyncTopProbe"],
      path: "Tests/TestSessions"),

    .testTarget(name: "AsyncTopLinuxTests", dependencies: ["AsyncTopLinux", "TestFixtures"]),
    .executableTarget(
      name: "ProbeFixture", dependencies: ["AsyncTopBus", "CAsyncTopProbe"],
      path: "Tests/Fixtures/ProbeFixture"),
    .target(name: "TestFixtures", path: "Tests/TestFixtures"),
    .testTarget(
      name: "AsyncTopBusTests",
      dependencies: [
        "AsyncTopBus", "CAsyncTopProbe", "ProbeFixture", "TestFixtures", "TestSessions",
      ]),
    .executableTarget(
      name: "RuntimeFixture",
      dependencies: [
        "AsyncRuntime", "AsyncTopBus", "AsyncTopLinux", "CFilter", "LeavingClient",
        "RuntimeEntries",
      ],
      path: "Tests/Fixtures/RuntimeFixture"),
    .target(name: "LeavingClient", path: "Tests/Fixtures/LeavingClient"),
    .target(
      name: "RuntimeEntries", dependencies: ["AsyncRuntime"], path: "Tests/Fixtures/RuntimeEntries"),
    .target(name: "CFilter", path: "Tests/Fixtures/CFilter"),
    // The programs of the documentation's guides.
    .executableTarget(
      name: "ChatExample", dependencies: ["AsyncRuntime"], path: "Tests/Fixtures/ChatExample"),
    .executableTarget(
      name: "CrawlerExample", dependencies: ["AsyncRuntime"],
      path: "Tests/Fixtures/CrawlerExample"),
    // Runs for minutes, outside of the tests: swift run Soak [seconds] [seed].
    .target(name: "CHeap", path: "Tests/Fixtures/CHeap"),
    .executableTarget(
      name: "Soak", dependencies: ["AsyncRuntime", "AsyncTopBus", "CHeap", "LeavingClient"],
      path: "Tests/Fixtures/Soak"),
    .executableTarget(
      name: "RuntimeTimings", dependencies: ["AsyncRuntime"], path: "Tests/Fixtures/RuntimeTimings"),
    .testTarget(
      name: "AsyncRuntimeTests",
      dependencies: [
        "AsyncRuntime", "AsyncRuntimeTesting", "ChatExample", "CrawlerExample", "RuntimeEntries",
        "RuntimeFixture", "TestFixtures",
      ]),
    .testTarget(
      name: "AsyncRuntimeTestingTests", dependencies: ["AsyncRuntimeTesting", "AsyncRuntime"]),
    .testTarget(name: "AsyncTopSymbolsTests", dependencies: ["AsyncTopSymbols", "TestFixtures"]),
    .testTarget(
      name: "AsyncTopRecordingTests",
      dependencies: [
        "AsyncTopRecording", "AsyncTopBus", "CAsyncTopProbe", "AsyncTopLinux", "AsyncTopDashboard",
        "AsyncTopInsight", "AsyncTopTerminal",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "AsyncTopInsightTests",
      dependencies: ["AsyncTopInsight", "AsyncTopBus", "TestSessions"]),
    .testTarget(name: "AsyncTopTerminalTests", dependencies: ["AsyncTopTerminal"]),
    .testTarget(
      name: "AsyncTopCursesTests",
      dependencies: [
        "AsyncTopCurses", "AsyncTopTerminal", "CAsyncTopCurses", "TerminalFixture", "TestFixtures",
      ]),
    .executableTarget(
      name: "TerminalFixture", dependencies: ["AsyncTopCurses", "AsyncTopTerminal"],
      path: "Tests/Fixtures/TerminalFixture"),
    .testTarget(
      name: "AsyncTopDashboardTests",
      dependencies: [
        "AsyncTopDashboard", "AsyncTopInsight", "AsyncTopBus", "AsyncTopTerminal",
        "AsyncTopThemes", "TestSessions",
      ]),
    .executableTarget(
      name: "MonitorExample", dependencies: ["AsyncMonitoringUI"],
      path: "Tests/Fixtures/MonitorExample"),
    .executableTarget(
      name: "ReadmeExample", dependencies: ["AsyncMonitoring", "AsyncRuntime"],
      path: "Tests/Fixtures/ReadmeExample"),
    .executableTarget(
      name: "MonitorFixture", dependencies: ["AsyncMonitoringUI", "TestFixtures"],
      path: "Tests/Fixtures/MonitorFixture"),
    .testTarget(
      name: "AsyncMonitoringTests",
      dependencies: [
        "AsyncMonitoring", "AsyncTopBus", "AsyncTopRecording", "AsyncTopSymbols", "MonitorFixture",
        "MonitorExample", "ReadmeExample", "TestFixtures",
      ]),
    .executableTarget(
      name: "NamesFixture", dependencies: ["AsyncMonitoring"], path: "Tests/Fixtures/NamesFixture"),
    .executableTarget(
      name: "PlacesFixture", dependencies: ["AsyncMonitoring"],
      path: "Tests/Fixtures/PlacesFixture"),
    // These have nothing of ours: what asynctop sees of them, it sees from outside.
    .executableTarget(name: "ScanFixture", path: "Tests/Fixtures/ScanFixture"),
    .executableTarget(name: "PlainFixture", path: "Tests/Fixtures/PlainFixture"),
    .testTarget(
      name: "AsyncTopScanTests", dependencies: ["AsyncTopScan", "AsyncTopBus", "AsyncTopLinux"]),
    .testTarget(
      name: "AsyncTopTests",
      dependencies: [
        "asynctop", "NamesFixture", "PlacesFixture", "PlainFixture", "RuntimeFixture",
        "ScanFixture", "TestFixtures",
      ]),
    .testTarget(name: "StyleTests"),
  ]
)

// Only on request, so that neither plain builds nor dependents see it: `.ci/fuzz`. The fuzzer's
// library has the `main` then, so the command is a library too.
if Context.environment["ASYNCTOP_FUZZ"] != nil {
  let command = package.targets.first { $0.name == "asynctop" }!
  package.targets.removeAll { $0.name == "asynctop" || $0.isTest }
  package.products.removeAll { $0.name == "asynctop" }
  package.targets += [
    .target(
      name: "asynctop", dependencies: command.dependencies, plugins: command.plugins ?? []),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "asynctop", "AsyncTopDashboard", "AsyncTopCurses", "AsyncTopRecording", "AsyncTopSymbols",
        "AsyncTopInsight", "AsyncTopTerminal", "AsyncTopBus", "CAsyncTopProbe", "CAsyncTopLinux",
        "TestSessions",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzz", exclude: ["Seeds", "Failed"]),
  ]
}

for target in package.targets where target.type != .plugin {
  target.swiftSettings = settings
}
