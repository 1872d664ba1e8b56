import AsyncTopDashboard
import AsyncTopBus
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `The view of timers` {
  @Test func `what is left is a number and a bar`() {
    var dashboard = TestDashboard()
    dashboard.press("3")
    #expect(
      dashboard.picture(80, 10) == [
        "LIVE  server  ▲ lock held long lock “accounts” by task 3 “client 3”, 1 wait 2…",
        " 1 Tasks 2 Tree 3 Timers 1 4 Sites 5 Res 6 Waits 7 Thr 9 Warn 1",
        "LEFT▲           KIND     OWNER                 SITE                           ID",
        "28s     ██████▌ sleep    task 3 “client 3”     Client:42              4294967296",
        "",
        "",
        "",
        "",
        "",
        "q quit  ? help  space pause  tab view  enter details  / filter  w waits for",
      ])
  }

  @Test func `small screens keep the time and the owner`() {
    var dashboard = TestDashboard()
    dashboard.press("3")
    #expect(dashboard.picture(40, 8)[3] == "28s         task 3…ent 3” Client:42")
    #expect(
      dashboard.picture(20, 4) == [
        "LIVE  server",
        "LEFT▲     OWNER",
        "28s       task…nt 3”",
        "",
      ])
  }

  @Test func `the next to fire comes first, an overdue one is negative`() {
    let session = TestSession()
    session.arm(in: .seconds(9), .timeout)
    session.arm(in: .seconds(1), .callback)
    session.advance(.seconds(3))
    var dashboard = TestDashboard(session)
    dashboard.press("3")
    let rows = dashboard.picture(80, 10)
    #expect(rows[3].hasPrefix("-2.0s"))
    #expect(rows[3].contains("callback"))
    #expect(rows[4].hasPrefix("6.0s"))
    dashboard.press("i")
    #expect(dashboard.picture()[3].hasPrefix("6.0s"))
  }
}
