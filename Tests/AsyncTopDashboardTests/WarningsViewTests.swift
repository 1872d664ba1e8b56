import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@testable import AsyncTopDashboard

@Suite struct `The view of warnings` {
  private func deadlocked() -> TestSession {
    let session = TestSession()
    session.create(1, "transfer A").create(2, "transfer B").create(3, "stubborn")
    let first = session.createResource(.lock, "accounts", holder: 1, waiters: 1)
    let second = session.createResource(.lock, "ledger", holder: 2, waiters: 1)
    session.run(1, for: .milliseconds(1), thenWait: .resource(second))
    session.run(2, for: .milliseconds(1), thenWait: .resource(first))
    session.run(3, for: .milliseconds(1), thenWait: .unknown)
    session.cancel(3)
    session.advance(.seconds(7))
    return session
  }

  @Test func `nothing found is said`() {
    var dashboard = TestDashboard(TestSession(), 80, 12)
    dashboard.press("9")
    #expect(dashboard.picture()[3] == " nothing has been found since asynctop looks")
  }

  @Test func `the worst comes first, with how bad it is, and stays when it is over`() {
    var dashboard = TestDashboard(deadlocked(), 88, 14)
    dashboard.press("9")
    #expect(
      dashboard.picture()[0...5] == [
        "LIVE  server  pid 4242  up 7.0s  asynctop sample 0 frame 0",
        "✖ deadlock transfer A 1 ⇄ transfer B 2 7.0s  ▲ cancelled, not ending task 3 “stu… 7.0s 2",
        " 1 Tasks  2 Tree  3 Timers  4 Sites  5 Resources  6 Waits  7 Threads  9 Warnings 2",
        "KIND▲                     WHAT                           WORST TIMES     LAST      FIRST",
        "✖ deadlock                transfer A 1 ⇄ transfer B 2     7.0s     1      now   7.0s ago",
        "▲ cancelled, not ending   task 3 “stubborn”, waiting …    7.0s     1      now   7.0s ago",
      ])
    dashboard.session.end(3)
    dashboard.session.advance(.seconds(1))
    dashboard.sample()
    #expect(
      dashboard.picture()[4...5] == [
        "✖ deadlock                transfer A 1 ⇄ transfer B 2     8.0s     1      now   8.0s ago",
        "△ cancelled, not ending   task 3 “stubborn”, waiting …    7.0s     1 1.0s ago   8.0s ago",
      ])
  }

  @Test func `one that is opened says what it means, when it was and what to do`() {
    var dashboard = TestDashboard(deadlocked(), 88, 24)
    dashboard.press("9 enter")
    #expect(
      dashboard.picture()[4...14] == [
        "deadlock",
        " what          ▸ transfer A 1 ⇄ transfer B 2",
        " what it means Each of these waits for another one of them, so none of them can ever go…",
        " found by      circles among who waits for whom, in up to 50,000 tasks",
        " state         it is so now",
        " times         1, the first 7.0s ago",
        " worst         7.0s",
        "",
        "Evidence, the latest first",
        " 7.0s ago      ▸ 7.0s  transfer A 1 ⇄ transfer B 2",
        "",
      ])
    dashboard.press("down enter")
    #expect(dashboard.model.screen == .details(.task(1)))
    dashboard.press("esc esc")
    #expect(dashboard.model.screen == ScreenID.warnings)
  }

  @Test func `a click on the worst one in the header shows all`() {
    var dashboard = TestDashboard(deadlocked(), 80, 24)
    _ = dashboard.picture()
    dashboard.mouse(.press, 5, 2)
    #expect(dashboard.model.screen == ScreenID.warnings)
  }
}

extension ScreenID {
  fileprivate static let warnings = ScreenID("warnings")
}
