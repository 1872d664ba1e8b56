// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that what only benchmarks need is no dependency of the product.
// Run it with: swift run -c release --package-path Tests/Benchmarks probe-ratios
// or runtime-ratios, record-ratios, scale-ratios, or echo-ratios, whose other peers are in Peers/;
// each explains itself: --help.
let package = Package(
  name: "Benchmarks",
  products: [
    .executable(name: "probe-ratios", targets: ["ProbeRatios"]),
    .executable(name: "probe-workload", targets: ["ProbeWorkload"]),
    .executable(name: "runtime-ratios", targets: ["RuntimeRatios"]),
    .executable(name: "runtime-workload", targets: ["RuntimeWorkload"]),
    .executable(name: "empty-run", targets: ["EmptyRun"]),
    .executable(name: "empty-main", targets: ["EmptyMain"]),
    .executable(name: "record-ratios", targets: ["RecordRatios"]),
    .executable(name: "record-workload", targets: ["RecordWorkload"]),
    .executable(name: "echo-ratios", targets: ["EchoRatios"]),
    .executable(name: "echo-load", targets: ["EchoLoad"]),
    .executable(name: "echo-server", targets: ["EchoServer"]),
    .executable(name: "nio-echo-server", targets: ["NIOEchoServer"]),
    .executable(name: "spawn-floor", targets: ["SpawnFloor"]),
    .executable(name: "scale-ratios", targets: ["ScaleRatios"]),
    .executable(name: "scale-workload", targets: ["ScaleWorkload"]),
  ],
  dependencies: [
    .package(name: "asynctop", path: "../.."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
  ],
  targets: [
    .target(name: "Launching"),
    .executableTarget(
      name: "EmptyRun", dependencies: [.product(name: "AsyncRuntime", package: "asynctop")]),
    .executableTarget(name: "EmptyMain"),
    .executableTarget(
      name: "ProbeWorkload",
      dependencies: [
        .product(name: "AsyncMonitor", package: "asynctop"),
        .product(name: "AsyncRuntime", package: "asynctop"),
      ]),
    .executableTarget(
      name: "ProbeRatios",
      dependencies: [
        "Launching", "ProbeWorkload", .product(name: "asynctop", package: "asynctop"),
      ]),
    .executableTarget(
      name: "RuntimeWorkload",
      dependencies: [.product(name: "AsyncRuntime", package: "asynctop")]),
    .executableTarget(
      name: "RuntimeRatios",
      dependencies: ["Launching", "RuntimeWorkload", "EmptyRun", "EmptyMain"]),
    .executableTarget(
      name: "RecordWorkload",
      dependencies: [
        .product(name: "AsyncMonitor", package: "asynctop"),
        .product(name: "AsyncRuntime", package: "asynctop"),
      ]),
    .executableTarget(
      name: "RecordRatios",
      dependencies: [
        "Launching", "RecordWorkload", "EchoServer", "EchoLoad",
        .product(name: "asynctop", package: "asynctop"),
      ]),
    .executableTarget(
      name: "EchoServer", dependencies: [.product(name: "AsyncRuntime", package: "asynctop")]),
    .executableTarget(
      name: "NIOEchoServer",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .executableTarget(
      name: "ScaleWorkload",
      dependencies: [
        .product(name: "AsyncMonitor", package: "asynctop"),
        .product(name: "AsyncRuntime", package: "asynctop"),
      ]),
    .executableTarget(
      name: "ScaleRatios",
      dependencies: [
        "Launching", "ScaleWorkload", .product(name: "asynctop", package: "asynctop"),
      ]),
    .executableTarget(name: "EchoLoad"),
    .executableTarget(name: "SpawnFloor"),
    .executableTarget(
      name: "EchoRatios",
      dependencies: [
        "Launching", "EchoServer", "NIOEchoServer", "EchoLoad", "SpawnFloor",
        .product(name: "asynctop", package: "asynctop"),
      ]),
  ]
)
