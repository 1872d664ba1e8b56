// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that what only benchmarks need is no dependency of the product.
// Run it with: swift run -c release --package-path Tests/Benchmarks probe-ratios
// or runtime-ratios, whose other peers are in Peers/.
let package = Package(
  name: "Benchmarks",
  products: [
    .executable(name: "probe-ratios", targets: ["ProbeRatios"]),
    .executable(name: "probe-workload", targets: ["ProbeWorkload"]),
    .executable(name: "runtime-ratios", targets: ["RuntimeRatios"]),
    .executable(name: "runtime-workload", targets: ["RuntimeWorkload"]),
    .executable(name: "echo-ratios", targets: ["EchoRatios"]),
    .executable(name: "echo-load", targets: ["EchoLoad"]),
    .executable(name: "echo-server", targets: ["EchoServer"]),
    .executable(name: "nio-echo-server", targets: ["NIOEchoServer"]),
  ],
  dependencies: [
    .package(name: "asynctop", path: "../.."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
  ],
  targets: [
    .executableTarget(
      name: "ProbeWorkload",
      dependencies: [
        .product(name: "AsyncMonitor", package: "asynctop"),
        .product(name: "AsyncRuntime", package: "asynctop"),
      ]),
    .executableTarget(
      name: "ProbeRatios",
      dependencies: ["ProbeWorkload", .product(name: "asynctop", package: "asynctop")]),
    .executableTarget(
      name: "RuntimeWorkload",
      dependencies: [.product(name: "AsyncRuntime", package: "asynctop")]),
    .executableTarget(name: "RuntimeRatios", dependencies: ["RuntimeWorkload"]),
    .executableTarget(
      name: "EchoServer", dependencies: [.product(name: "AsyncRuntime", package: "asynctop")]),
    .executableTarget(
      name: "NIOEchoServer",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .executableTarget(name: "EchoLoad"),
    .executableTarget(
      name: "EchoRatios",
      dependencies: [
        "EchoServer", "NIOEchoServer", "EchoLoad",
        .product(name: "asynctop", package: "asynctop"),
      ]),
  ]
)
