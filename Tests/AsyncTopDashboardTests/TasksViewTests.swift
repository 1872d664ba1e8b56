import AsyncTopDashboard
import AsyncTopBus
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `The view of tasks` {
  @Test func `a normal screen has the facts, the tabs, the tasks and the keys`() {
    var dashboard = TestDashboard()
    #expect(
      dashboard.picture(80, 12) == [
        "LIVE  server  ▲ lock held long lock “accounts” by task 3 “client 3”, 1 wait 2…",
        " 1 Tasks 5 2 Tree 3 Timers 4 Sites 5 Res 6 Waits 7 Thr 9 Warn 1",
        "STATE          ID NAME         BUSY▼ WAITS FOR          SINCE AT",
        "⊘ running       4 client 4     3.0ms                    3.0ms Client:42",
        "○ waiting       1 main         2.0ms group “clients” …   2.0s main:3",
        "○ waiting       3 client 3     1.2ms timer in 28s        2.0s Client:42 Client.…",
        "○ waiting       2 client 2     150µs lock “accounts” …   2.0s Client:42 Client.…",
        "◐ scheduled     5 accept()         0                     43ms Listener:20",
        "",
        "",
        "",
        "q quit  ? help  space pause  tab view  enter details  / filter  w waits for",
      ])
  }

  @Test func `a wide screen has all columns`() {
    var dashboard = TestDashboard()
    let picture = dashboard.picture(200, 14)
    for title in [
      "STATE", "NAME", "AGE", "BUSY", "SCHED", "IDLE", "POLLS", "WAITS", "SINCE", "AT",
      "SITE",
    ] {
      #expect(picture[3].contains(title))
    }
    #expect(picture[7].contains("lock “accounts” held by task 3 “"))
  }

  @Test func `a long list leaves the sites whole beside the scrollbar, and a gap`() {
    let session = TestSession()
    let site = session.source("Demo/TroubleProgram.swift", 45, "run()")
    for id in 1...50 as ClosedRange<UInt64> { session.create(id, "entry", site: site) }
    for (columns, view) in [(80, "1"), (100, "1"), (80, "2"), (100, "2")] {
      var dashboard = TestDashboard(session, columns, 24)
      dashboard.press(view)
      #expect(dashboard.picture()[6].hasSuffix(" █"))
      let place = columns < 90 ? " TroubleProgram:45" : " TroubleProgram.swift:45"
      #expect(dashboard.picture()[6].contains(place))
    }
  }

  @Test func `a small screen keeps names, waits and since when`() {
    var dashboard = TestDashboard()
    #expect(
      dashboard.picture(40, 10) == [
        "LIVE  server  ▲ lock held long lock “…",
        " 1 Tasks 5 2 Tree 3 Timers 4 Sites 5 Res",
        "     ID NAME       WAITS FOR       SINCE",
        "⊘     4 client 4                   3.0ms",
        "○     1 main       group “client…   2.0s",
        "○     3 client 3   timer in 28s     2.0s",
        "○     2 client 2   lock “account…   2.0s",
        "◐     5 accept()                    43ms",
        "",
        "q quit  ? help  space pause  tab view",
      ])
  }

  @Test func `the smallest useful screen keeps signs and names`() {
    var dashboard = TestDashboard()
    #expect(
      dashboard.picture(20, 4) == [
        "LIVE  server",
        "  NAME",
        "⊘ client 4",
        "○ main",
      ])
  }

  @Test func `a column is sorted by, and the other way`() {
    var dashboard = TestDashboard()
    func names() -> [String] {
      dashboard.picture(60, 12)[3...7].map { String($0.dropFirst(18).prefix(8)) }
    }
    dashboard.press("right")
    #expect(dashboard.picture(160, 12)[2].contains("SCHED▼"))
    dashboard.press("left left left left")
    #expect(dashboard.picture(160, 12)[2].contains("ID▲"))
    #expect(names() == ["main    ", "client 2", "client 3", "client 4", "accept()"])
    dashboard.press("i")
    #expect(names() == ["accept()", "client 4", "client 3", "client 2", "main    "])
  }
}
