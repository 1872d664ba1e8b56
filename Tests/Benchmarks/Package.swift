// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that what only benchmarks need is no dependency of the product.
// Run it with: swift run -c release --package-path Tests/Benchmarks probe-ratios
let package = Package(
  name: "Benchmarks",
  products: [
    .executable(name: "probe-ratios", targets: ["ProbeRatios"]),
    .executable(name: "probe-workload", targets: ["ProbeWorkload"]),
  ],
  dependencies: [.package(name: "asynctop", path: "../..")],
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
  ]
)
