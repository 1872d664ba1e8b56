import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@testable import AsyncTopDashboard

@Suite struct `The views of resources, waits and threads` {
  private func crowded() -> TestSession {
    let session = TestSession.server()
    let site = session.source("Server/Routes.swift", 8, "routes()")
    _ = session.createResource(
      .queue, "thumbnails", depth: 12, capacity: 256, waiters: 0, site: site)
    _ = session.createResource(.queue, "audit", depth: 480, site: site)
    _ = session.createResource(.socket, "tcp :8080", waiters: 1)
    return session
  }

  @Test func `who holds what, who waits, and how full it is; the outside comes last`() {
    var dashboard = TestDashboard(crowded(), 88, 14)
    dashboard.press("5")
    #expect(dashboard.picture()[2...10] == [])
  }

  @Test func `a small screen keeps names and who waits`() {
    var dashboard = TestDashboard(crowded(), 40, 9)
    dashboard.press("5")
    #expect(dashboard.picture()[1...6] == [])
  }

  @Test func `Enter looks at a resource, and o at its holder`() {
    var dashboard = TestDashboard(crowded(), 100, 20)
    dashboard.press("5 enter")
    #expect(dashboard.picture().contains { $0.contains("lock “accounts”") })
    dashboard.press("o")
    #expect(dashboard.model.screen == .details(.task(3)))
  }

  @Test func `the causes stand at the left edge, and what nobody waits for is left out`() {
    let session = crowded()
    session.create(20, "sleeper")
    session.run(20, for: .zero, thenWait: .timer(session.arm(in: .seconds(3), owner: 20)))
    var dashboard = TestDashboard(session, 88, 14)
    dashboard.press("6")
    #expect(dashboard.picture()[2...8] == [])
    dashboard.press("1 b")
    #expect(
      dashboard.picture()[2].hasPrefix("  CAUSE") || dashboard.picture()[2].hasPrefix("CAUSE"))
  }

  @Test func `loops and threads, with what they run and the longest polls`() {
    var dashboard = TestDashboard(.server(), 88, 16)
    dashboard.press("7")
    #expect(dashboard.picture()[3...10] == [])
    dashboard.press("enter")
    #expect(dashboard.picture().contains { $0.contains("runs now") && $0.contains("task 4") })
  }
}
