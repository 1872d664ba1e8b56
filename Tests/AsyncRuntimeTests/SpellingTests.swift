import AsyncRuntime
import AsyncRuntimeTesting
import Foundation
import Glibc
import Testing

/// Names that others have too: the C library's, those of methods, those of protocols.
@Suite struct `The runtime's names` {
  private struct Broken: Error {}

  @Test func `sleep is the runtime's, whatever is imported`() async throws {
    try await withVirtualTime {
      try await sleep(1)
      try await sleep(0.5)
      let (seconds, interval): (UInt32, TimeInterval) = (2, 0.25)
      try await sleep(seconds)
      try await sleep(interval)
      try await sleep(.seconds(3))
      try await sleep(Double.infinity - .infinity > 0 ? 1 : 0)
      try await sleep(-1)
      #expect(EventLoop.Instant.now.sinceStart == .milliseconds(6750))
      let semaphore = AsyncSemaphore(1)
      #expect(semaphore.tryAcquire() && !semaphore.tryAcquire())
    }
  }

  /// Every command-line tool has such a type.
  private struct Command {
    func run() async throws { try await sleep() }

    func sleep() async throws {
      try await AsyncRuntime.sleep(.seconds(1))
      try await AsyncRuntime::sleep(2)
      _ = try await AsyncRuntime.wait([createTask {}])
    }

    func wait() {}
    func signals() {}
  }

  @Test func `are reached with the module's inside of types that have them`() async throws {
    try await withVirtualTime {
      try await Command().run()
      #expect(EventLoop.Instant.now.sinceStart == .seconds(3))
    }
  }

  @Test func `are witnesses and values without a place`() async throws {
    try await withVirtualTime {
      let lock: any Acquirable = Lock()
      try await lock.acquire()
      lock.release()
      let pause: (Duration) async throws -> Void = sleep
      try await pause(.seconds(1))
      let queue = Queue<Int>()
      let (put, get) = (
        queue.put as (Int) async throws -> Void, queue.get as () async throws -> Int
      )
      try await put(5)
      #expect(try await get() == 5)
    }
  }

  // Compiles.
  private func total(_ lock: Lock, _ slots: AsyncSemaphore) async throws(CancellationError) -> Int {
    let one = try await lock.withLock { 1 }
    return try await slots.withPermit { () throws(CancellationError) in
      try await sleep(.seconds(1))
      return one + 1
    }
  }

  @Test func `throw no more than they can around typed bodies`() async throws {
    try await withVirtualTime {
      let sum = try await total(Lock(), AsyncSemaphore(1))
      #expect(sum == 2)
      await #expect(throws: Broken.self) { try await Lock().withLock { throw Broken() } }
    }
  }

  @Test func `keep the type of what is waited for`() async throws {
    try await withVirtualTime {
      let (one, two) = (createTask { 1 }, createTask { 2 })
      let done: [AsyncTask<Int>] = try await wait([one, two]).done
      #expect(done.contains(one) && Set(done) == [one, two])
      var values: [Int] = []
      for try await task in asCompleted([one, two]) { values.append(try task.result()) }
      #expect(values == [1, 2])
      let other = createTask { "3" }
      #expect(try await wait([one, other]).done.count == 2)
      #expect(try await gather(one, other) == (1, "3"))
    }
  }
}

private protocol Acquirable {
  func acquire() async throws
  func release()
}

extension Lock: Acquirable {}
