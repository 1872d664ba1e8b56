import Dispatch

/// Everybody goes through one actor, which takes 5 ms each.
@Sendable func actorBottleneck() async {
  let ledger = Ledger()
  await withTaskGroup(of: Void.self) { group in
    for number in 1...20 {
      group.addTask(name: "order \(number)") {
        while !Task.isCancelled { await ledger.book(number) }
      }
    }
  }
}

actor Ledger {
  private var sum = 0

  func book(_ amount: Int) {
    spin(for: .milliseconds(5))
    sum += amount
  }
}

func spin(for duration: Duration) {
  let end = ContinuousClock.now + duration
  while ContinuousClock.now < end {}
}

/// A semaphore's wait holds every thread of the pool, so that nothing else runs.
@Sendable func blockedPool() async {
  await withTaskGroup(of: Void.self) { group in
    for number in 1...8 {
      group.addTask(name: "legacy call \(number)") { legacyCall() }
    }
    group.addTask(name: "health check") { await heartbeat() }
  }
}

func legacyCall() {
  DispatchSemaphore(value: 0).wait()
}

/// Who produces is never slowed down.
@Sendable func unboundedStream() async {
  let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
  await withTaskGroup(of: Void.self) { group in
    group.addTask(name: "reader of lines") {
      while !Task.isCancelled {
        continuation.yield([UInt8](repeating: 0, count: 1000))
        try? await Task.sleep(for: .milliseconds(1))
      }
    }
    group.addTask(name: "indexer") {
      for await line in stream { await index(line) }
    }
  }
}

func index(_ line: [UInt8]) async {
  try? await Task.sleep(for: .milliseconds(100))
}

/// What is urgent is behind what is not.
@Sendable func priorityInversion() async {
  await withTaskGroup(of: Void.self) { group in
    for number in 1...6 {
      group.addTask(name: "report \(number)", priority: .background) {
        while !Task.isCancelled {
          spin(for: .milliseconds(300))
          await Task.yield()
        }
      }
    }
    group.addTask(name: "urgent", priority: .high) {
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(20))
        spin(for: .milliseconds(1))
      }
    }
  }
}

/// Not a fault: tasks that are always ready.
@Sendable func yielding() async {
  await withTaskGroup(of: Void.self) { group in
    for number in 1...4 {
      group.addTask(name: "polite \(number)") {
        while !Task.isCancelled { await Task.yield() }
      }
    }
  }
}
