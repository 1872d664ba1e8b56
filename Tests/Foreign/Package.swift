// swift-tools-version: 6.2

import PackageDescription

/// What the programs import that newcomers to AsyncRuntime write.
let newcomers: [Target.Dependency] = [
  .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
  .product(name: "AsyncMonitor", package: "asynctop"),
  .product(name: "AsyncRuntime", package: "asynctop"),
  .product(name: "Logging", package: "swift-log"),
  .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]

// Programs as others write them, on the packages that Swift servers are made of: what asynctop is
// pointed at, without a change to them, and what our package must live beside. A package of its
// own, so that none of these is a dependency of the product; `.ci/foreign` builds and checks it.
let package = Package(
  name: "Foreign",
  products: [
    .executable(name: "hummingbird-server", targets: ["HummingbirdServer"]),
    .executable(name: "flyingfox-server", targets: ["FlyingFoxServer"]),
    .executable(name: "grpc-service", targets: ["GRPCService"]),
    .executable(name: "lifecycle-service", targets: ["LifecycleService"]),
    .executable(name: "faults", targets: ["Faults"]),
    .executable(name: "newcomer", targets: ["Newcomer"]),
    .executable(name: "plain-newcomer", targets: ["PlainNewcomer"]),
    .executable(name: "together", targets: ["Together"]),
  ],
  dependencies: [
    .package(name: "asynctop", path: "../.."),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .executableTarget(
      name: "HummingbirdServer",
      dependencies: [.product(name: "Hummingbird", package: "hummingbird")]),
    .executableTarget(
      name: "FlyingFoxServer", dependencies: [.product(name: "FlyingFox", package: "FlyingFox")]),
    .executableTarget(
      name: "LifecycleService",
      dependencies: [
        .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "GRPCService",
      dependencies: [
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCInProcessTransport", package: "grpc-swift-2"),
      ]),
    .executableTarget(
      name: "Newcomer", dependencies: newcomers,
      swiftSettings: [.defaultIsolation(MainActor.self)]),
    // The same programs: a link.
    .executableTarget(name: "PlainNewcomer", dependencies: newcomers),
    .executableTarget(name: "Faults"),
    .executableTarget(
      name: "Together",
      dependencies: [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "AsyncMonitor", package: "asynctop"),
        .product(name: "AsyncMonitorUI", package: "asynctop"),
        .product(name: "AsyncRuntime", package: "asynctop"),
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Instrumentation", package: "swift-distributed-tracing"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ]),
  ]
)
