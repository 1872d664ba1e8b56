import Hummingbird

func addRoutes(to router: Router<BasicRequestContext>, _ stock: Stock) {
  router.get("plain") { _, _ in "hello\n" }
  router.get("slow") { _, _ in
    try await lookUpPrices()
    return "slow\n"
  }
  router.get("stream") { _, _ in
    Response(status: .ok, body: ResponseBody(asyncSequence: ticks()))
  }
  router.get("group") { _, _ in
    "\(await total(of: 4))\n"
  }
  router.get("stock") { _, _ in
    "\(await stock.take())\n"
  }
  router.get("let") { _, _ in
    async let left = halfOfTheAnswer()
    async let right = halfOfTheAnswer()
    return "\(try await left + right)\n"
  }
}

/// What a database would do.
func lookUpPrices() async throws {
  try await Task.sleep(for: .seconds(2))
}

/// A response of ten parts, one every 0.2 s, that another task makes.
func ticks() -> AsyncStream<ByteBuffer> {
  AsyncStream { continuation in
    let maker = Task {
      for number in 0..<10 {
        try? await Task.sleep(for: .milliseconds(200))
        continuation.yield(ByteBuffer(string: "tick \(number)\n"))
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in maker.cancel() }
  }
}

func total(of count: Int) async -> Int {
  await withTaskGroup(of: Int.self) { group in
    for number in 1...count {
      group.addTask(name: "part \(number)") { await part(number) }
    }
    return await group.reduce(0, +)
  }
}

func part(_ number: Int) async -> Int {
  try? await Task.sleep(for: .milliseconds(number * 300))
  return number
}

func halfOfTheAnswer() async throws -> Int {
  try await Task.sleep(for: .seconds(1))
  return 21
}

/// An actor that takes its time: each caller waits for those before it.
actor Stock {
  private var left = 1_000_000

  func take() -> Int {
    let end = ContinuousClock.now + .milliseconds(2)
    while ContinuousClock.now < end {}
    left -= 1
    return left
  }
}
