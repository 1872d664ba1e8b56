import AsyncRuntime
import Testing

/// Each in a process of its own, which it ends.
@Suite struct `A mistake in the program` {
  @Test(
    arguments: [
      ("lock", "a lock is released that nobody holds"),
      ("lock released inside", "a lock is released that nobody holds"),
      ("condition", "a lock is released that nobody holds"),
      ("notify", "a condition is notified while nobody holds its lock"),
      ("notify all", "a condition is notified while nobody holds its lock"),
      ("wait", "a condition is waited for while nobody holds its lock"),
      ("semaphore", "AsyncSemaphore(-1): it has at least 0 permits"),
      ("bounded semaphore", "AsyncSemaphore(-1): it has at least 0 permits"),
      ("barrier", "Barrier(0): a barrier is for at least one"),
      ("queue", "Queue(capacity: -1): it has room for an item, or with nil for any number"),
      (
        "priority queue", "Queue(capacity: -1): it has room for an item, or with nil for any number"
      ),
      ("task done", "taskDone() was called more often than items were put"),
      ("group limit", "withAsyncTaskGroup(maxRunning: 0): no task of it could run"),
      ("group error", "TaskGroupError([]): it holds at least one error"),
      ("token", "the context variable “other” is reset with another one's token"),
      ("run again", "the event loop “main” already runs"),
      ("run another", "another event loop runs on the thread of “other”"),
      ("no loop", "createTask needs a running event loop on this thread"),
      ("pool", "ThreadPool(threadLimit: 0): it has at least one thread"),
      ("block", "ThreadFuture.result() would block an event loop"),
      ("two loops", "is used with two event loops"),
      ("descriptor", "OpenFile(owning: -1): no open descriptor"),
      ("input", "communicate: there is input, but no pipe to write it to"),
    ])
  func `ends it with a sentence that says what was wrong and on which line`(
    name: String, sentence: String
  ) async throws {
    let fixture = try await Self.make(name)
    let line = try #require(fixture.output.first.flatMap { Int($0) })
    #expect(fixture.errors.hasPrefix("RuntimeFixture/Mistakes.swift:\(line): Fatal error: "))
    Self.expect(fixture, toSay: sentence)
  }

  @Test(
    arguments: [
      ("run for ever", "the event loop “main” already runs"),
      ("close", "the event loop “main” is closed while it runs"),
      ("closed", "the event loop “other” is closed"),
      ("write after the end", "can be written to unix unnamed → unnamed after writeEOF()"),
      ("write lines after the end", "can be written to unix unnamed → unnamed after writeEOF()"),
      ("write into a file", "can be written to unix unnamed → unnamed while a file is sent"),
      ("marks", "setWriteBufferLimits: 1 and 2 are not high ≥ low ≥ 0"),
      ("limit", "the line limit of a stream's reader is positive, not 0"),
      ("output", "was read from, and can't be handed over"),
    ])
  func `names the task, where the line is not known`(name: String, sentence: String) async throws {
    let fixture = try await Self.make(name)
    #expect(fixture.errors.hasPrefix("Fatal error: "))
    #expect(fixture.errors.contains(" (in the task “main”, created at Mistakes.swift:"))
    Self.expect(fixture, toSay: sentence)
  }

  @Test func `says on which thread it may not be made`() async throws {
    let fixture = try await Self.make("thread")
    Self.expect(fixture, toSay: "the event loop “main” is used on a thread that is not its own")
  }

  private static func make(_ name: String) async throws -> Fixture {
    // Swift's own report of a crash would follow.
    try await Fixture.run("mistake", name, environment: ["SWIFT_BACKTRACE": "enable=no"])
  }

  private static func expect(_ fixture: Fixture, toSay sentence: String) {
    #expect(fixture.errors.contains(sentence))
    #expect(fixture.errors.split(separator: "\n").count == 1)
    #expect(fixture.output.count <= 1)
    // SIGILL or SIGTRAP, by the processor.
    #expect([-4, -5].contains(fixture.status))
  }
}
