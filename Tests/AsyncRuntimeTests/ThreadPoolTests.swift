import AsyncRuntime
import Testing

@Suite struct `Thread pools` {
  struct Broken: Error {}

  @Test func `call functions and give what they return or throw`() throws {
    let pool = ThreadPool(name: "one", threadLimit: 1)
    let (sum, failure) = (try pool.submit { 1 + 2 }, try pool.submit { throw Broken() })
    #expect(try sum.result() == 3)
    #expect(throws: Broken.self) { try failure.result() }
    #expect(pool.shutDown())
  }

  @Test func `call in the order of submission`() throws {
    let (order, gate) = (Order(), ThreadFuture<Void>())
    let pool = ThreadPool(threadLimit: 1)
    _ = try pool.submit { try gate.result() }
    for number in 1...5 { _ = try pool.submit { order.add("\(number)") } }
    try gate.setResult(())
    #expect(pool.shutDown())
    #expect(order.items == ["1", "2", "3", "4", "5"])
  }

  @Test func `call as many functions at once as they may have threads, and no more`() throws {
    let (order, gate) = (Order(), ThreadFuture<Void>())
    let pool = ThreadPool(threadLimit: 3)
    let started = (1...3).map { _ in ThreadFuture<Void>() }
    for number in 0..<3 {
      _ = try pool.submit {
        try started[number].setResult(())
        try gate.result()
        order.add("first")
      }
    }
    let last = try pool.submit { order.add("last") }
    for future in started { try future.result() }
    #expect(!last.isRunning && !last.isDone)
    try gate.setResult(())
    #expect(pool.shutDown())
    #expect(order.items.filter { $0 == "first" }.count == 3)
    #expect(last.isDone)
  }

  @Test func `drop a function that is cancelled before it began, and no other`() throws {
    let (order, gate, started) = (Order(), ThreadFuture<Void>(), ThreadFuture<Void>())
    let pool = ThreadPool(threadLimit: 1)
    let running = try pool.submit {
      try started.setResult(())
      try gate.result()
      order.add("first")
    }
    let dropped = try pool.submit { order.add("dropped") }
    let kept = try pool.submit { order.add("kept") }
    try started.result()
    #expect(dropped.cancel(message: "no"))
    #expect(dropped.cancel())
    #expect(!running.cancel())
    try gate.setResult(())
    #expect(pool.shutDown())
    #expect(!kept.cancel())
    #expect(throws: CancellationError.self) { try dropped.result() }
    #expect(dropped.cancellationMessage == "no")
    #expect(order.items == ["first", "kept"])
  }

  @Test func `end within a limit or say that they did not`() throws {
    let gate = ThreadFuture<Void>()
    let pool = ThreadPool(threadLimit: 2)
    _ = try pool.submit { try gate.result() }
    #expect(!pool.shutDown(timeout: .milliseconds(1)))
    #expect(!pool.shutDown(wait: false))
    try gate.setResult(())
    #expect(pool.shutDown())
    #expect(pool.shutDown())
  }

  @Test func `take nothing after they were shut down`() throws {
    let pool = ThreadPool(name: "closed")
    #expect(pool.shutDown())
    #expect(throws: ThreadPoolError.shutDown("closed")) { try pool.submit {} }
  }

  @Test func `do what was submitted before they were let go of`() throws {
    let (gate, last) = (ThreadFuture<Void>(), ThreadFuture<Int>())
    do {
      let pool = ThreadPool(threadLimit: 1)
      _ = try pool.submit { try gate.result() }
      _ = try pool.submit { try last.setResult(7) }
    }
    try gate.setResult(())
    #expect(try last.result() == 7)
  }

  @Test func `have at most 32 threads if they are given no limit`() {
    #expect((5...32).contains(ThreadPool.defaultThreadLimit))
    #expect(ThreadPool().threadLimit == ThreadPool.defaultThreadLimit)
  }
}
