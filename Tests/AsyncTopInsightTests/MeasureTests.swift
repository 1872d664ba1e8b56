import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `Measures` {
  @Test func `rates are those of about the last second`() {
    let session = TestSession()
    session.create(1)
    var meter = RateMeter()
    meter.update(session.snapshot())
    #expect(meter.rates == SessionRates())
    for second in 1...3 {
      for _ in 0..<10 * second { session.run(1, for: .milliseconds(1), thenWait: .unknown) }
      session.advance(.milliseconds(1_000 - 10 * second))
      meter.update(session.snapshot())
    }
    #expect(meter.rates.polls == 30)
    #expect(meter.rates.created == 0)
  }

  @Test func `a session that goes back in time has no rates at first`() {
    let session = TestSession()
    session.create(1)
    var meter = RateMeter()
    let before = session.snapshot()
    session.run(1, for: .seconds(1), thenWait: .unknown)
    meter.update(before)
    meter.update(session.snapshot())
    #expect(meter.rates.polls == 1)
    meter.update(before)
    #expect(meter.rates == SessionRates())
  }

  @Test func `tasks are counted by state`() {
    let session = TestSession()
    session.create(1).create(2).create(3)
    session.schedule(2)
    session.poll(3)
    session.cancel(3)
    let counts = session.snapshot().tasks.sums
    #expect(counts.total == 3)
    #expect(counts.cancelled == 1)
    #expect([counts[.created], counts[.scheduled], counts[.running]] == [1, 1, 1])
  }

  @Test func `a poll that goes on blocks its thread`() {
    let session = TestSession()
    session.create(1)
    session.poll(1)
    session.advance(.milliseconds(400))
    func polls() -> [LongPoll] { Insight(session.snapshot(), places: LocationBook()).longPolls() }
    #expect(polls().isEmpty)
    session.advance(.milliseconds(400))
    #expect(polls().map(\.task) == [1])
    #expect(polls().first?.nanoseconds == 800_000_000)
    session.wait(1, for: .unknown)
    #expect(polls().isEmpty)
  }

  @Test func `the lag is the age of the oldest that is due, now`() {
    let session = TestSession()
    func lag() -> Lag? { Insight(session.snapshot(), places: LocationBook()).lag }
    session.startLoop("main", lag: 5_000)
    #expect(lag() == Lag(now: 0, worst: 5_000))
    session.arm(in: .seconds(1), onLoop: true)
    session.arm(in: .seconds(3), onLoop: true)
    session.arm(in: .milliseconds(1))
    #expect(lag()?.now == 0)
    session.advance(.seconds(23))
    #expect(lag() == Lag(now: 22_000_000_000, worst: 22_000_000_000))
    session.isRunning = false
    #expect(lag()?.now == 0)
    session.isRunning = true
    session.create(2, "ready", flags: .runtime).schedule(2)
    session.advance(.seconds(1))
    #expect(lag()?.now == 23_000_000_000)
  }

  @Test(arguments: [[], .runtime] as [TaskFlags])
  func `a task that is ready, native or not, waits for its turn`(flags: TaskFlags) {
    let session = TestSession()
    func lag() -> Lag? { Insight(session.snapshot(), places: LocationBook()).lag }
    session.startLoop("main")
    session.create(2, "ready", flags: flags).schedule(2)
    session.advance(.seconds(4))
    #expect(lag()?.now == 4_000_000_000)
    session.poll(2)
    #expect(lag()?.now == 0)
  }

  @Test func `without a loop there is a lag if native tasks are seen, else it is not known`() {
    let session = TestSession()
    func lag() -> Lag? { Insight(session.snapshot(), places: LocationBook()).lag }
    session.create(2, "ready").schedule(2)
    session.advance(.seconds(4))
    session.nativeDetail = .full
    #expect(lag() == Lag(now: 4_000_000_000, worst: nil))
    session.nativeDetail = .unknownLayout
    #expect(lag() == Lag(now: nil, worst: nil))
    session.nativeDetail = .noRuntime
    #expect(lag() == nil)
  }
}
