import TestSessions
import Testing

@testable import AsyncTopBus

@Suite struct `Following polls` {
  let session = TestSession()

  func follow(_ id: UInt64) throws -> PollFollower {
    let task = try #require(session.snapshot().tasks.first { $0.id == id })
    return PollFollower(task, in: session.memory)
  }

  @Test func `the polls of one task are measured, those of others are not`() throws {
    session.create(1).create(2)
    session.run(1, for: .milliseconds(7), thenWait: .unknown)
    let follower = try follow(1)
    #expect(follower.collect().isEmpty)
    for milliseconds in [1, 2, 3] {
      session.run(1, for: .milliseconds(milliseconds), thenWait: .unknown)
      session.run(2, for: .seconds(1), thenWait: .unknown)
    }
    #expect(follower.collect() == [1_000_000, 2_000_000, 3_000_000])
    #expect(follower.collect().isEmpty)
  }

  @Test func `a poll that goes on is measured when it ends`() throws {
    session.create(1)
    let follower = try follow(1)
    session.poll(1)
    #expect(follower.collect().isEmpty)
    session.advance(.milliseconds(5))
    session.end(1)
    #expect(follower.collect() == [5_000_000])
  }

  @Test func `what was overwritten is skipped`() throws {
    session.create(1)
    let follower = try follow(1)
    session.poll(1)
    for _ in 0..<100 { session.run(1, for: .milliseconds(1), thenWait: .unknown) }
    #expect(follower.collect().isEmpty)
    session.run(1, for: .milliseconds(2), thenWait: .unknown)
    #expect(follower.collect() == [2_000_000])
  }
}
