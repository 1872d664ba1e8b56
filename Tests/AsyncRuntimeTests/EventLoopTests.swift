import AsyncRuntime
import AsyncRuntimeTesting
import Foundation
import Testing

@Suite struct `Event loop` {
  @Test func `calls in order, and what is added meanwhile in the next iteration`() async throws {
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      loop.callSoon {
        order.add("a")
        loop.callSoon { order.add("c") }
      }
      loop.callSoon { order.add("b") }
      try await sleep(.zero)
      order.add("main")
      try await sleep(.zero)
    }
    #expect(order.items == ["a", "b", "main", "c"])
  }

  @Test func `calls later by deadline, and of equal ones the first armed first`() async throws {
    let order = Order()
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let when = loop.now + .milliseconds(3)
      for number in 1...3 { loop.callAt(when, { order.add("\(number)") }) }
      loop.callLater(.milliseconds(1)) { order.add("0") }
      loop.callAt(when + .milliseconds(1)) { order.add("4") }
      loop.callLater(.seconds(-1)) { order.add("past") }
      try await sleep(.milliseconds(8))
    }
    #expect(order.items == ["past", "0", "1", "2", "3", "4"])
  }

  @Test func `calls nothing that was cancelled`() async throws {
    let order = Order()
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let soon = loop.callSoon { order.add("soon") }
      let later = loop.callLater(.milliseconds(1)) { order.add("later") }
      soon.cancel()
      later.cancel()
      later.cancel()
      #expect(soon.isCancelled && later.isCancelled)
      try await sleep(.milliseconds(3))
    }
    #expect(order.items == [])
  }

  @Test func `is woken from its sleep by another thread`() async throws {
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let future = try Future<Int>()
      Thread {
        for number in 1...1000 {
          loop.callSoonThreadsafe { if number % 100 == 0 { order.add("\(number)") } }
        }
        loop.callSoonThreadsafe { try future.setResult(1) }
      }.start()
      _ = try await future.value
    }
    #expect(order.items == (1...10).map { "\($0 * 100)" })
  }

  @Test func `tells its handler of a callback's error and goes on`() async throws {
    struct Broken: Error {}
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      loop.exceptionHandler = { _, context in
        order.add("\(context.message) \(context.error is Broken)")
      }
      loop.callSoon { throw Broken() }
      loop.callSoon { order.add("next") }
      try await sleep(.zero)
    }
    #expect(order.items == ["A callback of the event loop failed. true", "next"])
  }
}
