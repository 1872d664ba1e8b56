import AsyncRuntime

/// What goes wrong in programs, all at once, on AsyncRuntime.
@MainActor
final class TroubleProgram {
  private let accounts = Lock(name: "accounts")
  private let ledger = Lock(name: "ledger")

  /// Runs until it is cancelled.
  func run() async throws {
    createTask(name: "transfer A") { try await self.transfer(self.accounts, self.ledger) }
    createTask(name: "transfer B") { try await self.transfer(self.ledger, self.accounts) }
    createTask(name: "forgotten batch") { try await self.leak() }
    let stubborn = createTask(name: "stubborn") { await self.refuseToEnd() }
    try await sleep(.milliseconds(500))
    stubborn.cancel(message: "please end")
    while true {
      try await sleep(.seconds(2))
      createTask(name: "number cruncher") { self.blockTheThread() }
    }
  }

  /// Takes two locks one after the other; another task takes them the other way round.
  private func transfer(_ first: Lock, _ second: Lock) async throws {
    try await first.withLock {
      try await sleep(.milliseconds(100))
      try await second.withLock {}
    }
  }

  /// A group whose children wait for what never comes.
  private func leak() async throws {
    let never = try Future<Void>()
    try await withAsyncTaskGroup(name: "batch of 12") { batch in
      for number in 1...12 {
        try batch.createTask(name: "entry \(number)") { try await never.value }
      }
    }
  }

  /// Swallows every cancellation.
  private func refuseToEnd() async {
    while true {
      do {
        try await sleep(.seconds(3600))
      } catch {
        // It should leave here.
      }
    }
  }

  /// Keeps the only thread busy for most of a second: nothing else runs meanwhile.
  private func blockTheThread() {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for step in 0..<UInt64(400_000_000) { hash = (hash ^ step) &* 1_099_511_628_211 }
    if hash == 0 { leftovers += 1 }
  }

  private var leftovers = 0
}
