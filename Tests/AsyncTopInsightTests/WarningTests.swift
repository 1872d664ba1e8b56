import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

/// A session that is looked at again and again.
private struct Watch {
  let session: TestSession
  var history = SessionHistory()

  init(_ session: TestSession) { self.session = session }

  /// Looks once, after some time; returns the warnings that are so now, in words.
  @discardableResult
  mutating func look(after time: Duration = .zero) -> [String] {
    session.advance(time)
    let insight = Insight(session.snapshot(), places: LocationBook())
    history.update(insight, rates: SessionRates())
    return active
  }

  var active: [String] {
    history.warnings.worstFirst.filter(\.isActive).map { "\($0.kind.name): \($0.text)" }
  }
}

@Suite struct `Warnings` {
  let session = TestSession()

  @Test func `a server that does well has none`() {
    session.startLoop("main")
    for id in 1...9 as ClosedRange<UInt64> { session.create(id, "client \(id)") }
    var watch = Watch(session)
    for id in 1...90 as ClosedRange<UInt64> {
      session.run(id % 9 + 1, for: .milliseconds(40), thenWait: .unknown)
      watch.look(after: .milliseconds(400))
    }
    #expect(watch.history.warnings.warnings.isEmpty)
  }

  @Test func `each kind has a name of its own, and says what it means and what to do`() {
    #expect(Set(WarningKind.all.map(\.name)).count == WarningKind.all.count)
    for kind in WarningKind.all {
      #expect(!kind.title.isEmpty && !kind.meaning.isEmpty)
      #expect(!kind.foundBy.isEmpty && !kind.advice.isEmpty)
    }
  }

  @Test func `a deadlock is told with who is in it, and stays when it is over`() throws {
    session.create(1, "A").create(2, "B")
    let locks = [1, 2].map { session.createResource(.lock, "lock \($0)", holder: UInt64($0)) }
    session.run(1, for: .zero, thenWait: .resource(locks[1]))
    session.run(2, for: .zero, thenWait: .resource(locks[0]))
    var watch = Watch(session)
    #expect(watch.look(after: .seconds(3)) == ["deadlock: A 1 ⇄ B 2"])
    let warning = try #require(watch.history.warnings.warnings.first)
    #expect((warning.worst, warning.times, warning.subject) == (3_000_000_000, 1, .task(1)))
    session.hold(locks[0], by: 0)
    session.end(1)
    #expect(watch.look(after: .seconds(1)) == [])
    #expect(watch.history.warnings.warnings.count == 1)
    #expect(watch.history.warnings.warnings.first?.isActive == false)
  }

  @Test func `a lock that is held long while others wait`() {
    session.create(1, "holder").create(2, "waiter")
    let lock = session.createResource(.lock, "ledger", holder: 1, waiters: 1)
    session.run(2, for: .zero, thenWait: .resource(lock))
    var watch = Watch(session)
    #expect(watch.look(after: .milliseconds(900)) == [])
    #expect(
      watch.look(after: .milliseconds(200)) == [
        "lock-held: lock “ledger” by task 1 “holder”, 1 wait"
      ])
    session.hold(lock, by: 0)
    #expect(watch.look(after: .milliseconds(10)) == [])
  }

  @Test func `a lock that nobody will release, and one that another released`() {
    session.create(1, "gone").create(2, "other")
    let lock = session.createResource(.lock, "ledger", holder: 1)
    session.end(1)
    var watch = Watch(session)
    #expect(
      watch.look(after: .seconds(1)).first?.hasPrefix("lock-abandoned: lock “ledger”") == true)
    session.hold(lock, by: 0, releasedBy: 2)
    #expect(watch.look().first?.hasPrefix("lock-released-by-other: task 2") == true)
  }

  @Test func `a poll that keeps a loop is told while it runs, and counted once`() throws {
    let site = session.source("Images.swift", 88, "scale()")
    session.startLoop("main")
    session.create(1, "scale", flags: .runtime, site: site)
    session.poll(1)
    var watch = Watch(session)
    #expect(watch.look(after: .milliseconds(90)) == [])
    #expect(
      watch.look(after: .milliseconds(110)) == [
        "loop-blocked: task 1 “scale” at Images.swift:88 on loop main"
      ])
    session.advance(.milliseconds(200))
    session.blockLoop(1, for: .milliseconds(400))
    session.wait(1, for: .unknown)
    #expect(watch.look() == [])
    let warning = try #require(watch.history.warnings.warnings.first)
    #expect((warning.times, warning.worst) == (1, 400_000_000))
    // Another task of the same site is the same warning again.
    session.create(2, "scale", flags: .runtime, site: site)
    session.poll(2)
    watch.look(after: .milliseconds(500))
    #expect(watch.history.warnings.warnings.count == 1)
    #expect(watch.history.warnings.warnings.first?.times == 2)
    #expect(
      watch.history.warnings.warnings.first?.occurrences.map(\.subject) == [.task(1), .task(2)])
  }

  @Test func `a poll between two looks that kept a loop isn't missed`() {
    session.startLoop("main")
    session.create(1, "quick", flags: .runtime)
    session.run(1, for: .zero, thenWait: .unknown)
    var watch = Watch(session)
    watch.look(after: .seconds(1))
    session.poll(1)
    session.advance(.milliseconds(150))
    session.blockLoop(1, for: .milliseconds(150))
    session.wait(1, for: .unknown)
    #expect(watch.look(after: .milliseconds(50)) == [])
    #expect(watch.history.warnings.warnings.map(\.kind.name) == ["loop-blocked"])
    watch.look(after: .seconds(5))
    #expect(watch.history.warnings.warnings.first?.times == 1)
  }

  @Test func `a thread of the pool may take longer`() {
    session.create(1, "crunch")
    session.poll(1)
    var watch = Watch(session)
    #expect(watch.look(after: .milliseconds(400)) == [])
    #expect(watch.look(after: .milliseconds(200)).first?.hasPrefix("long-poll: task 1") == true)
  }

  @Test func `a task that gets no thread`() {
    session.create(1, "starved").create(2, "greedy")
    session.schedule(1)
    session.poll(2)
    var watch = Watch(session)
    #expect(watch.look(after: .milliseconds(400)) == [])
    let found = watch.look(after: .milliseconds(200))
    #expect(
      found.contains { $0.hasPrefix("starved: task 1 “starved” ready: threads held by task 2") })
  }

  @Test func `a task that goes on though it was cancelled`() {
    session.create(1, "stubborn")
    session.run(1, for: .zero, thenWait: .unknown)
    session.cancel(1)
    var watch = Watch(session)
    #expect(watch.look(after: .seconds(4)) == [])
    #expect(
      watch.look(after: .seconds(2)).first?.hasPrefix("cancelled-not-ending: task 1 “stubborn”")
        == true)
    session.end(1)
    #expect(watch.look(after: .seconds(1)) == [])
  }

  @Test func `timers of a loop that are late`() {
    session.startLoop("main")
    session.create(1, "sleeper")
    session.arm(in: .seconds(1), .sleep, owner: 1, onLoop: true)
    var watch = Watch(session)
    #expect(watch.look(after: .milliseconds(1_400)) == [])
    #expect(
      watch.look(after: .milliseconds(200)) == [
        "timers-overdue: 1 timer, the latest of task 1 “sleeper”"
      ])
  }

  @Test func `a site whose tasks only come, and not one whose tasks come and go`() {
    let (leak, healthy) = (
      session.source("Leak.swift", 1, "leak()"), session.source("Fine.swift", 1, "fine()")
    )
    var watch = Watch(session)
    for number in 1...60 as ClosedRange<UInt64> {
      session.create(number, "leak \(number)", site: leak)
      session.create(number + 100, "fine", site: healthy)
      if number > 20 { session.end(number + 80) }
      watch.look(after: .seconds(2))
    }
    #expect(watch.active == ["site-grows: leak … Leak.swift:1, from 1 to 60"])
  }

  @Test func `events that were lost, and what found no slot`() {
    session.lostEvents = 12_345
    session.loseTasks(3)
    var watch = Watch(session)
    #expect(watch.look() == ["events-lost: 12.3k events", "unlisted: 3 tasks unlisted"])
  }

  @Test func `what is so now comes first, the worst first, then what is over`() {
    session.create(1, "stubborn").create(2, "holder").create(3, "waiter")
    session.run(1, for: .zero, thenWait: .unknown)
    session.cancel(1)
    let lock = session.createResource(.lock, "ledger", holder: 2, waiters: 1)
    session.run(3, for: .zero, thenWait: .resource(lock))
    var watch = Watch(session)
    watch.look(after: .seconds(6))
    #expect(
      watch.history.warnings.worstFirst.map(\.kind.name) == ["lock-held", "cancelled-not-ending"])
    session.hold(lock, by: 0)
    watch.look(after: .seconds(1))
    #expect(
      watch.history.warnings.worstFirst.map(\.kind.name) == ["cancelled-not-ending", "lock-held"])
  }
}
