import AsyncRuntime
import Dispatch

struct CallbackGuide {
  // Somebody else's function, which calls back on a thread of its own.
  static func square(_ number: Int, _ done: @escaping @Sendable (Int) -> Void) {
    DispatchQueue.global().async { done(number * number) }
  }

  // One value: a future of the loop's, which is settled on the loop's thread.
  @MainActor static func square(of number: Int) async throws -> Int {
    let result = try Future<Int>()
    square(number) { value in
      result.loop.callSoonThreadsafe { try result.setResult(value) }
    }
    return try await result.value
  }

  // Many values: a queue. Any thread may put into it, and its shutdown ends the iteration.
  static func squares(upTo limit: Int) -> Queue<Int> {
    let queue = Queue<Int>()
    DispatchQueue.global().async {
      for number in 1...limit { _ = queue.tryPut(number * number) }
      queue.shutDown()
    }
    return queue
  }

  static func main() throws {
    try run {
      print(try await square(of: 4))
      for try await number in squares(upTo: 3) { print(number) }

      // The other way round: a thread without a loop has a task run here, and waits for it.
      guard let loop = EventLoop.running else { return }
      let answer = try await toThread {
        try runCoroutineThreadsafe(on: loop) { try await square(of: 5) }.result()
      }
      print(answer)
    }
  }
}
