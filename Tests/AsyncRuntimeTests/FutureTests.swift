import AsyncRuntime
import Testing

@Suite struct `Futures` {
  struct Broken: Error {}

  @Test func `give their value to all who wait, in order`() async throws {
    let order = Order()
    try await onOwnLoop {
      let future = try Future<Int>()
      for name in ["a", "b"] {
        createTask { order.add("\(name)\(try await future.value)") }
      }
      try await sleep(.zero)
      future.addDoneCallback { _ in order.add("callback") }
      try future.setResult(1)
      #expect(throws: InvalidStateError.alreadyDone) { try future.setResult(2) }
      #expect(!future.cancel())
      try await sleep(.zero)
      #expect(try await future.value == 1)
    }
    #expect(order.items == ["a1", "b1", "callback"])
  }

  @Test func `throw their error`() async throws {
    try await onOwnLoop {
      let future = try Future<Int>()
      #expect(throws: InvalidStateError.notDone) { try future.result() }
      try future.setError(Broken())
      await #expect(throws: Broken.self) { try await future.value }
    }
  }

  @Test func `are cancelled with who waits for them`() async throws {
    try await onOwnLoop {
      let future = try Future<Int>()
      let one = createTask { try await future.value }
      let two = createTask { try await future.value }
      try await sleep(.zero)
      one.cancel(message: "no")
      await #expect(throws: CancellationError.self) { try await one.value }
      #expect(one.cancellationMessage == "no")
      await #expect(throws: CancellationError.self) { try await two.value }
      #expect(future.cancellationMessage == "no")
      #expect(future.isCancelled)
    }
  }

  @Test func `are pending, then done, or cancelled`() async throws {
    try await onOwnLoop {
      let future = try Future<Int>()
      #expect(!future.isDone && future.loop === EventLoop.running)
      #expect(throws: InvalidStateError.notDone) { try future.error() }
      #expect(future.cancel(message: "no"))
      #expect(future.isDone && future.isCancelled && !future.hasThrown && !future.cancel())
      #expect(throws: CancellationError.self) { try future.result() }
      #expect(future.cancellationMessage == "no")
      #expect(throws: CancellationError.self) { try future.error() }
      #expect(future.cancellationMessage == "no")
      #expect(throws: InvalidStateError.alreadyDone) { try future.setResult(1) }
      #expect(throws: InvalidStateError.alreadyDone) { try future.setError(Broken()) }
    }
  }

  @Test func `tell of their error without throwing it`() async throws {
    try await onOwnLoop {
      let (good, bad) = (try Future<Int>(), try Future<Int>())
      try good.setResult(1)
      try bad.setError(Broken())
      let (none, error) = (try good.error(), try bad.error())
      #expect(none == nil && error is Broken && bad.hasThrown && !good.hasThrown)
    }
  }

  @Test func `that are done do not suspend who awaits them`() async throws {
    let order = Order()
    try await onOwnLoop {
      let future = try Future<Int>()
      try future.setResult(1)
      EventLoop.running?.callSoon { order.add("later") }
      _ = try await future.value
      _ = try await future.value()
      order.add("awaited")
      try await iterations()
    }
    #expect(order.items == ["awaited", "later"])
  }

  @Test func `call back in order, in a later iteration, also when done already`() async throws {
    let order = Order()
    try await onOwnLoop {
      let future = try Future<Int>()
      for number in 1...3 { future.addDoneCallback { _ in order.add("\(number)") } }
      try future.setResult(1)
      future.addDoneCallback { order.add("late \($0.isDone)") }
      order.add("set")
      try await iterations()
    }
    #expect(order.items == ["set", "1", "2", "3", "late true"])
  }

  @Test func `call no function that was removed`() async throws {
    let order = Order()
    try await onOwnLoop {
      let future = try Future<Int>()
      let handles = (1...5).map { number in
        future.addDoneCallback { _ in order.add("\(number)") }
      }
      for number in [0, 2, 3] { #expect(future.removeDoneCallback(handles[number])) }
      #expect(!future.removeDoneCallback(handles[0]))
      future.addDoneCallback { _ in order.add("6") }
      try future.setError(Broken())
      #expect(!future.removeDoneCallback(handles[1]))
      _ = try future.error()
      try await iterations()
    }
    #expect(order.items == ["2", "5", "6"])
  }

  @Test func `call back though a function removes others and adds some`() async throws {
    let order = Order()
    try await onOwnLoop {
      let future = try Future<Int>()
      let second = try Future<DoneCallback>()
      future.addDoneCallback { future in
        future.removeDoneCallback(try second.result())
        future.addDoneCallback { _ in order.add("added") }
        order.add("first")
      }
      try second.setResult(future.addDoneCallback { _ in order.add("second") })
      try future.setResult(1)
      try await iterations(2)
    }
    #expect(order.items == ["first", "second", "added"])
  }

  @Test func `that are dropped tell of an error that nobody has looked at`() async throws {
    try await onOwnLoop {
      let reports = collectReports()
      do { try Future<Int>().setError(Broken()) }
      #expect(reports.items == ["A future's error was never looked at."])
    }
  }

  @Test func `that are dropped tell of nothing else`() async throws {
    try await onOwnLoop {
      let reports = collectReports()
      do {
        _ = try Future<Int>()
        try Future<Int>().addDoneCallback { _ in }
        try Future<Int>().setResult(1)
        try Future<Int>().cancel()
        let (looked, taken, cancelled) = (try Future<Int>(), try Future<Int>(), try Future<Int>())
        for future in [looked, taken, cancelled] { try future.setError(Broken()) }
        _ = try looked.error()
        _ = try? taken.result()
        #expect(!cancelled.cancel())
      }
      #expect(reports.items == [])
    }
  }

  @Test func `let their waiters be many, and callbacks leave among them`() async throws {
    let order = Order()
    try await onOwnLoop {
      let future = try Future<Int>()
      var handles: [DoneCallback] = []
      for number in 0..<1000 {
        if number % 100 == 0 { createTask { order.add("\(try await future.value + number)") } }
        try await iterations(number % 100 == 0 ? 1 : 0)
        handles.append(future.addDoneCallback { _ in order.add("callback \(number)") })
      }
      for handle in handles.dropLast() { #expect(future.removeDoneCallback(handle)) }
      try future.setResult(0)
      try await iterations(2)
    }
    #expect(
      order.items == stride(from: 0, to: 1000, by: 100).map { "\($0)" } + ["callback 999"])
  }
}
