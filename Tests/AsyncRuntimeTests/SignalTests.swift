import AsyncRuntime
import Foundation
import TestFixtures
import Testing

/// Each test has signals of its own, so that they don't get those of another.
@Suite struct `Signals` {
  struct Broken: Error {}

  private static func action(of signal: Int32) -> sigaction {
    var action = sigaction()
    unsafe sigaction(signal, nil, &action)
    return action
  }

  private static func hasDefaultAction(_ signal: Int32) -> Bool {
    unsafe action(of: signal).__sigaction_handler.sa_handler == nil
  }

  @Test func `call their handler on the loop once for each`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let done = try Future<Void>()
      var calls = 0
      try loop.addSignalHandler(40) {
        calls += 1
        #expect(EventLoop.running === loop)
        if calls == 3 { try done.setResult(()) }
      }
      #expect(Self.action(of: 40).sa_flags & CInt(SA_RESTART) != 0)
      OwnSignal.send(40, times: 3)
      try await done.value
      try await sleep(.zero)
      #expect(calls == 3)
      #expect(loop.removeSignalHandler(40))
      #expect(!loop.removeSignalHandler(40))
      #expect(Self.hasDefaultAction(40))
    }
  }

  @Test func `wake a loop that sleeps`() async throws {
    try await onOwnLoop {
      let came = try Future<Void>()
      try EventLoop.running?.addSignalHandler(41) { try came.setResult(()) }
      let other = createTask { try await Runner.onOwnThread { OwnSignal.send(41) } }
      try await came.value
      try await other.value
    }
    #expect(Self.hasDefaultAction(41))
  }

  @Test func `are given back to the program's own handler`() async throws {
    signal(42) { _ in }
    let own = Self.action(of: 42)
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      try loop.addSignalHandler(42) {}
      #expect(!Self.isSame(Self.action(of: 42), own))
      loop.removeSignalHandler(42)
      #expect(Self.isSame(Self.action(of: 42), own))
      try loop.addSignalHandler(42) {}
    }
    // The loop was closed.
    #expect(Self.isSame(Self.action(of: 42), own))
    signal(42, SIG_DFL)
  }

  @Test func `stay with a handler that the program has set meanwhile`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      try loop.addSignalHandler(43) {}
      signal(43) { _ in }
      let own = Self.action(of: 43)
      loop.removeSignalHandler(43)
      #expect(Self.isSame(Self.action(of: 43), own))
      signal(43, SIG_DFL)
    }
  }

  private static func isSame(_ first: sigaction, _ second: sigaction) -> Bool {
    let handlers = unsafe (
      first.__sigaction_handler.sa_handler, second.__sigaction_handler.sa_handler
    )
    return unsafe unsafeBitCast(handlers.0, to: UInt.self)
      == unsafeBitCast(handlers.1, to: UInt.self)
  }

  @Test func `can be refused, with the reason`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      for signal: Int32 in [0, -1, 32, 65, 1000] {
        #expect(throws: SignalError.invalid(signal)) { try loop.addSignalHandler(signal) {} }
        #expect(throws: SignalError.invalid(signal)) { try signals(44, signal) }
      }
      for signal in [SIGKILL, SIGSTOP] {
        #expect(throws: SignalError.uncatchable(signal)) { try loop.addSignalHandler(signal) {} }
      }
      #expect(Self.hasDefaultAction(44))
    }
  }

  @Test func `have one handler on a loop, the last`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let done = try Future<Int>()
      try loop.addSignalHandler(45) { try done.setResult(1) }
      try loop.addSignalHandler(45) { try done.setResult(2) }
      OwnSignal.send(45)
      #expect(try await done.value == 2)
    }
  }

  @Test func `do not call a handler that was removed after they came`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let order = Order()
      let second = try Future<Void>()
      try loop.addSignalHandler(46) {
        order.add("first")
        loop.removeSignalHandler(46)
        try second.setResult(())
      }
      OwnSignal.send(46, times: 2)
      try await second.value
      for _ in 0..<3 { try await sleep(.zero) }
      #expect(order.items == ["first"])
    }
  }

  @Test func `report what their handler throws`() async throws {
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let reported = try Future<Void>()
      loop.exceptionHandler = { _, context in
        order.add("\(type(of: context.error ?? Broken()))")
        try? reported.setResult(())
      }
      try loop.addSignalHandler(47) { throw Broken() }
      OwnSignal.send(47)
      try await reported.value
    }
    #expect(order.items == ["Broken"])
  }

  @Test func `come as a sequence, also those before anybody waits`() async throws {
    try await onOwnLoop {
      let sequence = try signals(48, 49)
      OwnSignal.send(49)
      OwnSignal.send(48, times: 2)
      var seen: [Int32] = []
      for try await signal in sequence {
        seen.append(signal)
        if seen.count == 3 { break }
      }
      #expect(seen.sorted() == [48, 48, 49])
      let waiting = createTask { () -> Int32? in
        var iterator = sequence.makeAsyncIterator()
        return try await iterator.next()
      }
      try await sleep(.zero)
      OwnSignal.send(48)
      #expect(try await waiting.value == 48)
    }
    #expect(Self.hasDefaultAction(48) && Self.hasDefaultAction(49))
  }

  @Test func `are not lost with a cancelled waiter`() async throws {
    try await onOwnLoop {
      let sequence = try signals(50)
      let waiting = createTask { () -> Int32? in
        var iterator = sequence.makeAsyncIterator()
        return try await iterator.next()
      }
      try await sleep(.zero)
      let loop = try #require(EventLoop.running)
      OwnSignal.send(50)
      // After so many callbacks the loop looks for events: the waiter is woken then, and cancelled
      // before its turn.
      for _ in 0..<64 { loop.callSoon {} }
      loop.callSoon { loop.callSoon { waiting.cancel() } }
      await #expect(throws: CancellationError.self) { try await waiting.value }
      var iterator = sequence.makeAsyncIterator()
      #expect(try await iterator.next() == 50)
    }
  }

  @Test func `go to each of several waiters in turn, and end with the loop`() async throws {
    let order = Order()
    try await onOwnLoop {
      let sequence = try signals(51)
      let both = try Future<Void>()
      for name in ["a", "b"] {
        createTask {
          for try await signal in sequence {
            order.add("\(name) \(signal)")
            if order.items.count == 2 { try both.setResult(()) }
          }
        }
      }
      try await sleep(.zero)
      OwnSignal.send(51, times: 2)
      try await both.value
    }
    #expect(order.items.sorted() == ["a 51", "b 51"])
  }

  @Test func `come back to the program when their sequence is let go of`() async throws {
    try await onOwnLoop {
      do {
        let sequence = try signals(52)
        _ = sequence.makeAsyncIterator()
        #expect(!Self.hasDefaultAction(52))
      }
      #expect(Self.hasDefaultAction(52))
    }
  }

  @Test func `reach every loop that wants them`() async throws {
    let order = Order()
    try await onOwnLoop {
      let came = try Future<Void>()
      try EventLoop.running?.addSignalHandler(53) {
        order.add("outer")
        try came.setResult(())
      }
      let other = createTask {
        let inner = try await onOwnLoop {
          let came = try Future<Void>()
          try EventLoop.running?.addSignalHandler(53) {
            order.add("inner")
            try came.setResult(())
          }
          OwnSignal.send(53)
          try await came.value
          return 1
        }
        #expect(inner == 1)
      }
      try await other.value
      try await came.value
      #expect(!Self.hasDefaultAction(53))
    }
    #expect(order.items.sorted() == ["inner", "outer"])
    #expect(Self.hasDefaultAction(53))
  }

  @Test func `take the place of the runner's interrupt, and give it back`() async throws {
    let run = try await Fixture.run("handler") { process, line in
      if line.hasPrefix("waiting") { process.interrupt() }
    }
    #expect(
      run.output == [
        "waiting for the handler", "handled", "waiting for the runner", "cancelled: interrupted",
        "interrupted", "default handler",
      ])
    #expect(run.status == 0)
  }
}
