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
    .library(name: "AsyncTesting", targets: ["AsyncTesting"]),
    .library(name: "AsyncMonitor", targets: ["AsyncMonitor"]),
    .executable(name: "asynctop", targets: ["asynctop"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // C: layouts, declarations and the probe.
    .target(name: "CLinux"),
    .target(name: "CTaskProbe", exclude: ["Layout.md"]),
    .target(name: "CNCurses", linkerSettings: [.linkedLibrary("ncursesw")]),

    // The app's side.
    .target(name: "LinuxSystem", dependencies: ["CLinux"]),
    .target(name: "Instrumentation", dependencies: ["CTaskProbe", "LinuxSystem"]),
    .target(name: "AsyncRuntime", dependencies: ["Instrumentation", "LinuxSystem"]),
    .target(name: "AsyncTesting", dependencies: ["AsyncRuntime", "LinuxSystem"]),

    // The viewer's side.
    .target(name: "Symbolication", dependencies: ["LinuxSystem"]),
    .target(
      name: "SessionRecording", dependencies: ["Instrumentation", "CTaskProbe", "LinuxSystem"]),
    .target(name: "TaskInsight", dependencies: ["Instrumentation"]),
    .target(name: "TerminalUI"),
    .target(name: "CursesTerminal", dependencies: ["TerminalUI", "CNCurses", "LinuxSystem"]),
    .target(
      name: "Dashboard",
      dependencies: ["TaskInsight", "SessionRecording", "TerminalUI", "Instrumentation"]),

    // Both together.
    .target(
      name: "AsyncMonitor",
      dependencies: [
        "Dashboard", "CursesTerminal", "SessionRecording", "Symbolication", "Instrumentation",
        "TaskInsight", "TerminalUI", "CTaskProbe", "LinuxSystem",
      ]),
    .target(
      name: "DemoPrograms", dependencies: ["AsyncRuntime", "AsyncMonitor", "LinuxSystem"]),
    .executableTarget(
      name: "asynctop",
      dependencies: [
        "AsyncRuntime", "AsyncMonitor", "Dashboard", "DemoPrograms", "Instrumentation",
        "SessionRecording", "TaskInsight", "TerminalUI", "CursesTerminal", "LinuxSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Sessions for tests of what looks at sessions.
    .target(
      name: "TestSessions", dependencies: ["Instrumentation", "CTaskProbe"],
      path: "Tests/TestSessions"),

    .testTarget(name: "LinuxSystemTests", dependencies: ["LinuxSystem", "TestFixtures"]),
    .executableTarget(
      name: "ProbeFixture", dependencies: ["Instrumentation", "CTaskProbe"],
      path: "Tests/Fixtures/ProbeFixture"),
    .target(name: "TestFixtures", path: "Tests/TestFixtures"),
    .testTarget(
      name: "InstrumentationTests",
      dependencies: [
        "Instrumentation", "CTaskProbe", "ProbeFixture", "TestFixtures", "TestSessions",
      ]),
    .executableTarget(
      name: "RuntimeFixture",
      dependencies: [
        "AsyncRuntime", "Instrumentation", "LinuxSystem", "CFilter", "LeavingClient",
        "RuntimeEntries",
      ],
      path: "Tests/Fixtures/RuntimeFixture"),
    .target(name: "LeavingClient", path: "Tests/Fixtures/LeavingClient"),
    .target(
      name: "RuntimeEntries", dependencies: ["AsyncRuntime"], path: "Tests/Fixtures/RuntimeEntries"),
    .target(name: "CFilter", path: "Tests/Fixtures/CFilter"),
    // Runs for minutes, outside of the tests: swift run Soak [seconds] [seed].
    .target(name: "CHeap", path: "Tests/Fixtures/CHeap"),
    .executableTarget(
      name: "Soak", dependencies: ["AsyncRuntime", "Instrumentation", "CHeap", "LeavingClient"],
      path: "Tests/Fixtures/Soak"),
    .executableTarget(
      name: "RuntimeTimings", dependencies: ["AsyncRuntime"], path: "Tests/Fixtures/RuntimeTimings"),
    .testTarget(
      name: "AsyncRuntimeTests",
      dependencies: [
        "AsyncRuntime", "AsyncTesting", "RuntimeEntries", "RuntimeFixture", "TestFixtures",
      ]),
    .testTarget(name: "AsyncTestingTests", dependencies: ["AsyncTesting", "AsyncRuntime"]),
    .testTarget(name: "SymbolicationTests", dependencies: ["Symbolication", "TestFixtures"]),
    .testTarget(
      name: "SessionRecordingTests",
      dependencies: [
        "SessionRecording", "Instrumentation", "CTaskProbe", "LinuxSystem", "Dashboard",
        "TaskInsight", "TerminalUI",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "TaskInsightTests", dependencies: ["TaskInsight", "Instrumentation", "TestSessions"]),
    .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI"]),
    .testTarget(
      name: "CursesTerminalTests",
      dependencies: ["CursesTerminal", "TerminalUI", "CNCurses", "TerminalFixture", "TestFixtures"]),
    .executableTarget(
      name: "TerminalFixture", dependencies: ["CursesTerminal", "TerminalUI"],
      path: "Tests/Fixtures/TerminalFixture"),
    .testTarget(
      name: "DashboardTests",
      dependencies: ["Dashboard", "TaskInsight", "Instrumentation", "TerminalUI", "TestSessions"]),
    .executableTarget(
      name: "MonitorExample", dependencies: ["AsyncMonitor"], path: "Tests/Fixtures/MonitorExample"),
    .executableTarget(
      name: "ReadmeExample", dependencies: ["AsyncMonitor", "AsyncRuntime"],
      path: "Tests/Fixtures/ReadmeExample"),
    .executableTarget(
      name: "MonitorFixture", dependencies: ["AsyncMonitor", "TestFixtures"],
      path: "Tests/Fixtures/MonitorFixture"),
    .testTarget(
      name: "AsyncMonitorTests",
      dependencies: [
        "AsyncMonitor", "Instrumentation", "SessionRecording", "MonitorFixture", "MonitorExample",
        "ReadmeExample",
        "TestFixtures",
      ]),
    .executableTarget(
      name: "NamesFixture", dependencies: ["AsyncMonitor"], path: "Tests/Fixtures/NamesFixture"),
    .testTarget(
      name: "AsyncTopTests", dependencies: ["asynctop", "NamesFixture", "RuntimeFixture", "TestFixtures"]),
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
    .target(name: "asynctop", dependencies: command.dependencies),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "asynctop", "Dashboard", "CursesTerminal", "SessionRecording", "Symbolication",
        "TaskInsight", "TerminalUI", "Instrumentation", "CTaskProbe", "CLinux", "TestSessions",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzz", exclude: ["Seeds", "Failed"]),
  ]
}

for target in package.targets where target.type != .system {
  target.swiftSettings = settings
}
