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
        "LIVE  server  pid 4242  up 2.0s  tasks 5",
        " 1 Tasks  2 Tree  3 Timers  1",
        "LEFT▲              KIND     OWNER                    SITE",
        "28s     █████████▍ sleep    task 3 “client 3”        Client.swift:42",
        "",
        "",
        "",
        "",
        "",
        "q quit  ? help  space pause  2 tree  tab view  enter details  / filter  s sort",
      ])
  }

  @Test func `small screens keep the time and the owner`() {
    var dashboard = TestDashboard()
    dashboard.press("3")
    #expect(dashboard.picture(40, 8)[3] == "28s         task 3 “clie… …ient.swift:42")
    #expect(
      dashboard.picture(20, 4) == [
        "LIVE  server",
        "LEFT▲     OWNER",
        "28s       task 3 “c…",
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
