import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Context variables` {
  static let number = ContextVariable("number", default: 0)
  static let word = ContextVariable<String?>("word", default: nil)
  final class Held: Sendable {}
  struct Broken: Error {}

  var number: ContextVariable<Int> { Self.number }
  var word: ContextVariable<String?> { Self.word }

  @Test func `are inherited by tasks, which set their own`() async throws {
    try await withVirtualTime {
      #expect(number.get() == 0 && word.get() == nil)
      let early = createTask { number.get() }
      number.set(1)
      let child = createTask {
        #expect(number.get() == 1)
        number.set(2)
        try await sleep(.seconds(1))
        return try await createTask { number.get() }.value
      }
      number.set(3)
      try await sleep(.seconds(2))
      let seen = [try await early.value, try await child.value]
      #expect(seen == [0, 2])
      #expect(number.get() == 3)
    }
  }

  @Test func `are inherited by the tasks of groups`() async throws {
    try await withVirtualTime {
      number.set(5)
      _ = try await withAsyncTaskGroup { group in
        try group.createTask { #expect(number.get() == 5) }
      }
    }
  }

  @Test func `are inherited by callbacks, which set their own`() async throws {
    let order = Order()
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let future = try Future<Void>()
      number.set(1)
      loop.callSoon {
        number.set(number.get() + 10)
        loop.callSoon { order.add("nested \(number.get())") }
      }
      future.addDoneCallback { _ in order.add("done \(number.get())") }
      number.set(2)
      loop.callLater(.seconds(1)) { order.add("later \(number.get())") }
      try future.setResult(())
      number.set(3)
      try await sleep(.seconds(2))
      order.add("main \(number.get())")
      word.set("on")
      loop.callSoon { number.set(9) }
      loop.callSoon { order.add("next \(number.get())") }
      try await sleep(.zero)
    }
    #expect(order.items == ["done 1", "nested 11", "later 2", "main 3", "next 3"])
  }

  @Test func `go with functions to other threads and come back with tasks`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      loop.setDefaultExecutor(ThreadPool(threadLimit: 1))
      number.set(1)
      try await toThread {
        #expect(number.get() == 1)
        number.set(2)
        let task = runCoroutineThreadsafe(on: loop) { number.get() }
        loop.callSoonThreadsafe { #expect(number.get() == 2) }
        let seen = try task.result()
        #expect(seen == 2)
      }
      #expect(number.get() == 1)
      // The same thread.
      try await loop.runInExecutor {
        #expect(number.get() == 0)
        number.set(7)
      }.value
      try await loop.runInExecutor { #expect(number.get() == 0) }.value
    }
  }

  @Test func `keep what one main task has set for the next`() async throws {
    try await Runner.onOwnThread {
      number.set(1)
      let runner = try Runner()
      defer { runner.close() }
      number.set(2)
      try runner.run {
        #expect(number.get() == 1)
        number.set(3)
        createTask { number.set(4) }
        try await sleep(.zero)
      }
      #expect(number.get() == 2)
      let kept = try runner.run { number.get() }
      #expect(kept == 3)
    }
  }

  @Test func `may be given to a main task, and are given back as it has left them`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      defer { runner.close() }
      var context = Context()
      context[number] = 5
      let seen = try runner.run(context: &context) {
        defer { number.set(6) }
        return number.get()
      }
      #expect(seen == 5 && context[number] == 6)
      let kept = try runner.run { number.get() }
      #expect(kept == 0)
      #expect(throws: Broken.self) {
        try runner.run(context: &context) {
          number.set(7)
          throw Broken()
        }
      }
      #expect(context[number] == 7)
    }
  }

  @Test func `get their former values back`() async throws {
    try await withVirtualTime {
      let first = number.set(1)
      word.set("one")
      let second = number.set(2)
      number.reset(second)
      #expect(number.get() == 1 && word.get() == "one")
      number.reset(first)
      #expect(number.get() == 0 && word.get() == "one")
      number.set(4)
      number.reset(second)
      #expect(number.get() == 1)
    }
  }

  @Test func `have a value for the time of a body`() async throws {
    try await withVirtualTime {
      number.set(1)
      let sum = try await number.withValue(2) {
        let task = createTask { number.get() }
        try await sleep(.seconds(1))
        number.set(5)
        return try await task.value + number.get()
      }
      #expect(sum == 7 && number.get() == 1)
      #expect(throws: Broken.self) {
        try number.withValue(3) {
          #expect(number.get() == 3)
          throw Broken()
        }
      }
      #expect(number.get() == 1)
    }
  }

  @Test func `are copied as a context, which keeps what is set in it`() async throws {
    try await withVirtualTime {
      number.set(1)
      var context = copyContext()
      number.set(2)
      let task = context.run {
        #expect(number.get() == 1)
        number.set(10)
        word.set("in")
        return createTask { number.get() }
      }
      #expect(number.get() == 2 && word.get() == nil)
      #expect(context[number] == 10 && context[word] == "in" && Context()[number] == 0)
      context[number] = 11
      let seen = try await task.value
      #expect(seen == 10)
      #expect(context.run { number.get() } == 11)
    }
  }

  @Test func `let go of a value that is replaced`() async throws {
    try await withVirtualTime {
      let variable = ContextVariable<Held?>("held", default: nil)
      var held: Held? = Held()
      weak let seen = held
      variable.set(held)
      held = nil
      number.set(1)
      word.set("above")
      #expect(seen != nil)
      variable.set(nil)
      #expect(seen == nil)
      #expect(number.get() == 1 && word.get() == "above")
    }
  }

  @Test func `keep many apart`() async throws {
    try await withVirtualTime {
      let variables = (0..<50).map { ContextVariable("\($0)", default: -1) }
      for (value, variable) in variables.enumerated() { variable.set(value) }
      for (value, variable) in variables.enumerated() where value % 3 == 0 {
        variable.set(-value)
      }
      for (value, variable) in variables.enumerated() {
        #expect(variable.get() == (value % 3 == 0 ? -value : value))
      }
    }
  }

  @Test func `are seen by native children as their parent has them, and by no others`() async throws
  {
    try await withVirtualTime {
      number.set(1)
      async let child = number.get()
      #expect(await child == 1)
      let sum = await withTaskGroup { group in
        for _ in 0..<3 {
          group.addTask {
            async let grandchild = number.get()
            return await grandchild
          }
        }
        return await group.reduce(0, +)
      }
      #expect(sum == 3)
      #expect(await Task { number.get() }.value == 0)
    }
  }

  @Test func `leave task locals to Swift`() async throws {
    try await withVirtualTime {
      let value = try await Local.$value.withValue(1) { try await createTask { Local.value }.value }
      #expect(value == 1)
      let called = try Future<Int>()
      Local.$value.withValue(2) {
        _ = EventLoop.running?.callSoon { try called.setResult(Local.value) }
      }
      let seen = try await called.value
      #expect(seen == 0)
    }
  }

  enum Local {
    @TaskLocal static var value = 0
  }

  @Test func `can't be set by native tasks, nor reset with another one's token`() async {
    await #expect(processExitsWith: .failure) {
      try await onOwnLoop { await Task { _ = Self.number.set(1) }.value }
    }
    await #expect(processExitsWith: .failure) {
      let other = ContextVariable("other", default: 0)
      Self.number.reset(other.set(1))
    }
  }
}
