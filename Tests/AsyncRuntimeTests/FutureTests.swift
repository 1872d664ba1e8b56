import AsyncRuntime
import Testing

@Suite struct `Futures` {
  struct Broken: Error {}

  @Test func `give their value to all who wait, in order`() async throws {
    let order = Order()
    try await onOwnLoop {
      let future = Future<Int>()
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
      let future = Future<Int>()
      #expect(throws: InvalidStateError.notDone) { try future.result() }
      try future.setError(Broken())
      await #expect(throws: Broken.self) { try await future.value }
    }
  }

  @Test func `are cancelled with who waits for them`() async throws {
    try await onOwnLoop {
      let future = Future<Int>()
      let one = createTask { try await future.value }
      let two = createTask { try await future.value }
      try await sleep(.zero)
      one.cancel(message: "no")
      await #expect(throws: CancelledError(message: "no")) { try await one.value }
      await #expect(throws: CancelledError(message: "no")) { try await two.value }
      #expect(future.isCancelled)
    }
  }
}
