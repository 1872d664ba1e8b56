import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `Sites` {
  let session = TestSession()
  let client: UInt32

  init() {
    client = session.source("Client.swift", 42, "Client.run()")
    for id in 1...3 as ClosedRange<UInt64> { session.create(id, "client \(id)", site: client) }
    session.create(9, "main")
  }

  /// Looks, and remembers what was before.
  private func look(_ history: inout SessionHistory) -> Insight {
    let insight = Insight(session.snapshot(), places: LocationBook())
    history.update(insight, rates: SessionRates())
    insight.history = history
    return insight
  }

  @Test func `what was created at one place is counted together, also what has ended`() throws {
    session.run(1, for: .milliseconds(5), thenWait: .unknown)
    session.run(1, for: .milliseconds(1), thenWait: .unknown)
    session.schedule(2)
    session.poll(3)
    session.end(3, .threw)
    var history = SessionHistory()
    let insight = look(&history)
    let site = try #require(insight.sitePosition(client).map { insight.sites[$0] })
    #expect((site.alive, site.ready, site.running) == (2, 1, 0))
    #expect((site.ended, site.failed, site.created) == (1, 1, 3))
    #expect(site.polls == 3)
    #expect(site.busy == 6_000_000)
    #expect(site.longestPoll == 5_000_000)
    // Nobody knows where the main task was created.
    #expect(insight.sitePosition(0).map { insight.sites[$0].alive } == 1)
  }

  @Test func `its name is what the names of its tasks have in common`() {
    var history = SessionHistory()
    #expect(look(&history).siteName(client) == "client …")
    session.end(1)
    session.end(2)
    #expect(look(&history).siteName(client) == "client 3")
    session.end(3)
    // The name is remembered when all have ended.
    #expect(look(&history).siteName(client) == "client …")
    #expect(look(&history).siteName(0) == "main")
  }

  @Test func `rates are those of the last second, and unknown at first`() throws {
    var history = SessionHistory()
    #expect(look(&history).history.sites.rates(of: client) == nil)
    session.run(1, for: .milliseconds(500), thenWait: .unknown)
    session.create(4, "client 4", site: client)
    session.poll(2)
    session.end(2, .threw)
    session.advance(.milliseconds(500))
    let rates = try #require(look(&history).history.sites.rates(of: client))
    #expect((rates.created, rates.failed, rates.polls, rates.busy) == (1, 1, 2, 0.5))
    session.advance(.seconds(1))
    #expect(look(&history).history.sites.rates(of: client)?.polls == 0)
  }

  @Test func `how many there were is kept every two seconds, for two minutes`() {
    var history = SessionHistory()
    for id in 10...200 as ClosedRange<UInt64> {
      session.create(id, "client \(id)", site: client)
      _ = look(&history)
      session.advance(.seconds(1))
    }
    let values = history.sites.alive(of: client)
    #expect(values.count == SiteHistory.samples)
    #expect(zip(values, values.dropFirst()).allSatisfy { $1 - $0 == 2 })
  }

  @Test func `a session that goes back in time starts anew`() {
    var history = SessionHistory()
    let before = Insight(session.snapshot(), places: LocationBook())
    session.advance(.seconds(3))
    _ = look(&history)
    session.advance(.seconds(1))
    _ = look(&history)
    #expect(history.seconds.count == 2)
    history.update(before, rates: SessionRates())
    #expect(history.seconds.count == 1)
    #expect(history.sites.rates(of: client) == nil)
  }
}
