import AsyncRuntime
import AsyncRuntimeTesting
import Foundation
import Testing

@Suite struct `Virtual time` {
  struct Broken: Error {}

  @Test func `jumps to the next deadline when all wait`() async throws {
    let times = try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      var times = [loop.now.sinceStart]
      try await sleep(.seconds(3600))
      times.append(loop.now.sinceStart)
      let task = createTask { try await sleep(.milliseconds(1)) }
      try await sleep(.seconds(86_400))
      #expect(task.isDone)
      times.append(loop.now.sinceStart)
      return times
    }
    #expect(times == [.zero, .seconds(3600), .seconds(90_000)])
  }

  @Test func `stands still while something runs`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      createTask { try await sleep(.seconds(60)) }
      for _ in 1...1000 { try await sleep(.zero) }
      #expect(loop.now.sinceStart == .zero)
    }
  }

  @Test func `is what timers and timeouts go by`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let called = try Future<Duration>()
      loop.callLater(.seconds(7)) { try called.setResult(loop.now.sinceStart) }
      #expect(try await called.value == .seconds(7))
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.seconds(10)) { try await sleep(.seconds(60)) }
      }
      #expect(loop.now.sinceStart == .seconds(17))
    }
  }

  @Test func `is what Swift's own sleep goes by, in tasks on the loop`() async throws {
    let order = try await withVirtualTime {
      let order = Record<Int>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for delay in [3, 1, 2] {
          group.addTask {
            try await Task<Never, Never>.sleep(for: .seconds(1000 * delay))
            // Swift takes some time to ask for the sleep, which the delay may leave out.
            let loop = try #require(EventLoop.running)
            #expect(
              loop.now.sinceStart > .seconds(1000 * delay - 10)
                && loop.now.sinceStart <= .seconds(1000 * delay))
            order.add(delay)
          }
        }
        try await group.waitForAll()
      }
      return order.items
    }
    #expect(order == [1, 2, 3])
  }

  @Test func `can be advanced, as by code that is busy`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let order = Record<String>()
      loop.callLater(.seconds(2)) { order.add("second") }
      loop.callLater(.seconds(1)) { order.add("first") }
      advanceTime(by: .seconds(5))
      #expect(order.items == [])
      try await sleep(.zero)
      try await sleep(.zero)
      #expect(order.items == ["first", "second"])
      #expect(loop.now.sinceStart == .seconds(5))
    }
  }

  @Test func `waits for another thread when there is no timer`() async throws {
    let value = try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let future = try Future<Int>()
      Thread {
        loop.callSoonThreadsafe { try future.setResult(4) }
      }.start()
      return try await future.value
    }
    #expect(value == 4)
  }

  @Test func `stands still while a function runs on a thread`() async throws {
    try await withVirtualTime {
      let value = try await withTimeout(.seconds(1)) {
        try await toThread { (1...100_000).reduce(0, +) }
      }
      #expect(value == 5_000_050_000)
      #expect(EventLoop.Instant.now.sinceStart == .zero)
    }
  }

  @Test func `says what everything waits for when nothing can go on`() async throws {
    let failure = await #expect(throws: Stalled.self) {
      try await withVirtualTime(patience: .zero) {
        let lock = Lock(name: "door")
        try await lock.acquire()
        createTask(name: "second") { try await lock.acquire() }
        _ = try await Future<Int>().value
      }
    }
    let report = try #require(failure?.description)
    #expect(report.hasPrefix("nothing can go on, and no timer is pending:\n- task \"main\""))
    #expect(report.contains("task \"second\""))
  }

  @Test func `passes on what the body throws and returns`() async throws {
    await #expect(throws: Broken.self) { try await withVirtualTime { throw Broken() } }
    #expect(try await withVirtualTime { currentTask()?.name } == "main")
  }

  @Test func `has the caller's task locals`() async throws {
    let value = try await Local.$value.withValue(5) {
      try await withVirtualTime { Local.value }
    }
    #expect(value == 5)
  }

  @Test func `is cancelled with the caller`() async throws {
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let test = Task {
      try await withVirtualTime(patience: .seconds(600)) {
        start.finish()
        _ = try await Future<Int>().value
      }
    }
    for await _ in started {}
    test.cancel()
    await #expect(throws: CancellationError.self) { try await test.value }
  }

  @Test func `cancels what the body leaves behind`() async throws {
    let ended = Record<Bool>()
    try await withVirtualTime {
      createTask {
        defer { ended.add(true) }
        try await sleep(.seconds(60))
      }
      try await sleep(.zero)
    }
    #expect(ended.items == [true])
  }

  @Test func `runs in parallel with itself`() async throws {
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...20 {
        group.addTask {
          try await withVirtualTime {
            try await sleep(.seconds(number))
            return number
          }
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 210)
  }

  @Test func `is not advanced elsewhere`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      advanceTime(by: .seconds(1))
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains("VirtualTimeTests.swift:"))
    #expect(text.contains("Fatal error: advanceTime works only in withVirtualTime"))
  }
}

enum Local {
  @TaskLocal static var value = 0
}
