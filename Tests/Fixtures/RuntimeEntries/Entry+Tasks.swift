import AsyncRuntime

extension Entry {
  static let tasks = waits + combinations + limits

  private static let waits = [
    Entry("sleep") { actor in
      try await inside(actor) { _ in
        try await sleep(.zero)
        try await sleep(.milliseconds(1))
        try check(try await sleep(.zero, result: 7) == 7, "sleep(result:)")
      }
    },
    Entry("value of tasks, futures and coroutines") { actor in
      let (future, late) = (try Future<Int>(), try Future<Int>())
      later {
        try future.setResult(1)
        try late.setResult(2)
      }
      let sum = try await inside(actor) { _ in
        let task = createTask {
          try await sleep(.zero)
          return 4
        }
        let body = coroutine {
          try await sleep(.zero)
          return 8
        }
        let first = try await future.value + late.value(fileID: #fileID, line: #line)
        let second = try await task.value + task.value(fileID: #fileID, line: #line)
        return try await first + second + body.value
      }
      try check(sum == 1 + 2 + 4 + 4 + 8, "value")
    },
    Entry("currentTask") { actor in
      let task = currentTask()
      try await inside(actor) { _ in
        try check(task != nil && currentTask() === task, "the current task")
        async let native = currentTask() == nil
        try check(await native, "the current task of a native one")
        try await sleep(.zero)
        try check(currentTask() === task, "the current task after a wait")
      }
    },
    Entry("context variables") { actor in
      variable.set(1)
      try await inside(actor) { _ in
        try check(variable.get() == 1, "a value")
        try await variable.withValue(2) {
          async let native = variable.get()
          let made = createTask { variable.get() }
          try await sleep(.zero)
          let called = try await toThread { variable.get() }
          let seen = (await native, try await made.value, called, variable.get())
          try check(seen == (2, 2, 2, 2), "the value inside is \(seen)")
        }
        try check(variable.get() == 1, "the value afterwards")
      }
      try check(variable.get() == 1, "the value on the loop")
    },
  ]

  private static let variable = ContextVariable("entry", default: 0)

  private static func slow(_ value: Int) -> AsyncTask<Int> {
    createTask {
      for _ in 0..<value { try await sleep(.zero) }
      return value
    }
  }

  private static let combinations = [
    Entry("gather") { actor in
      let sum = try await inside(actor) { _ in
        let (one, two) = try await gather(slow(1), slow(2))
        let some = try await gather([slow(3)]).reduce(0, +)
        let mixed: [any Awaitable<Int>] = [slow(4)]
        let more = try await gather(mixed).reduce(0, +)
        let results = try await gatherResults(slow(5), slow(6))
        let others = try await gatherResults([slow(7)])
        let last = try await gatherResults(mixed)
        let rest = try results.0.get() + results.1.get() + others[0].get() + last[0].get()
        return one + two + some + more + rest
      }
      try check(sum == 1 + 2 + 3 + 4 + 5 + 6 + 7 + 4, "gather")
    },
    Entry("wait, waitFor, shield, asCompleted") { actor in
      let sum = try await inside(actor) { _ in
        let (done, pending) = try await wait([slow(1), slow(2)])
        try check(pending.isEmpty, "wait")
        let all: [any Waitable] = [slow(3)]
        let (others, _) = try await wait(all)
        let waited = try await waitFor(slow(4), timeout: .seconds(60))
        let shielded = try await shield(slow(5))
        var completed = 0
        let last = [slow(6), slow(7)]
        for try await task in asCompleted(last) { completed += try await task.value }
        return done.count + others.count + waited + shielded + completed
      }
      try check(sum == 2 + 1 + 4 + 5 + 13, "the sum is \(sum)")
    },
    Entry("withAsyncTaskGroup") { actor in
      try await inside(actor) { _ in
        let sum = try await withAsyncTaskGroup(maxRunning: 2) { group in
          let tasks = try (1...5).map { number in
            try group.createTask { () async throws -> Int in
              try await sleep(.zero)
              return number
            }
          }
          return try await gather(tasks).reduce(0, +)
        }
        try check(sum == 15, "the group's sum")
      }
    },
  ]

  private static let limits = [
    Entry("withTimeout") { actor in
      let now = EventLoop.Instant.now
      try await inside(actor) { _ in
        let value = try await withTimeout(.seconds(60)) {
          try await sleep(.zero)
          return 1
        }
        try check(value == 1, "withTimeout")
        try await withTimeout(at: now + .seconds(60)) { try await sleep(.zero) }
        try await withTimeout(.seconds(60)) { (_: Timeout) in try await sleep(.zero) }
        try await withTimeout(at: now + .seconds(60)) { (_: Timeout) in try await sleep(.zero) }
      }
    },
    Entry("a timeout that comes in each sort of wait") { actor in
      let (lock, queue, future) = (Lock(), Queue<Int>(), try Future<Int>())
      try await lock.acquire()
      try await inside(actor) { _ in
        for number in 0..<8 {
          do {
            try await withTimeout(.milliseconds(1)) {
              switch number {
              case 0: try await lock.acquire()
              case 1: _ = try await queue.get()
              case 2: _ = try await shield(future)
              case 3: try await Event().wait()
              case 4: try await AsyncSemaphore(0).acquire()
              case 5: _ = try await Barrier(2).wait()
              case 6:
                try await queue.put(1)
                try await queue.join()
              default: try await sleep(.seconds(60))
              }
            }
            throw Wrong(what: "no timeout in \(number)")
          } catch is TimeoutError {
            // As it should be; and the task can go on.
            try await sleep(.zero)
            try check(currentTask()?.cancelling == 0, "\(number): a request is left")
          }
        }
      }
      lock.release()
      future.cancel()
    },
    Entry("a message with the cancellation") { actor in
      let (lock, begun) = (Lock(), Event())
      try await lock.acquire()
      let task = createTask {
        try await inside(actor) { _ in
          begun.set()
          try await lock.acquire()
        }
      }
      try await begun.wait()
      for _ in 0..<3 { try await sleep(.zero) }
      task.cancel(message: "enough")
      do {
        try await task.value
        throw Wrong(what: "not cancelled")
      } catch  where error.isCancellation {
        try check(task.cancellationMessage == "enough", "the message")
      }
      lock.release()
    },
  ]
}
