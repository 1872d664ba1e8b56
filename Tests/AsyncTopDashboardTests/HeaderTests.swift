import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@testable import AsyncTopDashboard

@Suite struct `The header` {
  @Test func `what was lost is a warning`() {
    let session = TestSession.server()
    session.lostEvents = 12_345
    session.loseTasks(3)
    var dashboard = TestDashboard(session, 100, 24)
    #expect(
      dashboard.picture()[0]
        == "LIVE  server  pid 4242  up 2.0s  12.3k events lost  3 tasks unlisted"
        + "  asynctop sample 0 frame 0")
    let grid = dashboard.model.draw(size: dashboard.size)
    #expect(grid[33, 0].style.foreground == Look.standard.palette[.warning].foreground)
    // Without a hole in the background.
    #expect(grid[33, 0].style.background == Look.standard.palette[.header].background)
  }

  @Test func `what does not fit goes, least important first`() {
    var dashboard = TestDashboard()
    #expect(dashboard.picture(32, 20)[0] == "LIVE  server  pid 4242  up 2.0s")
    #expect(dashboard.picture(24, 20)[0] == "LIVE  server  up 2.0s")
    #expect(dashboard.picture(24, 12)[0] == "LIVE  server  tasks 5")
    #expect(dashboard.picture(5, 20)[0] == "LIVE")
  }

  @Test func `a process that has ended is shown as it was`() {
    var dashboard = TestDashboard()
    dashboard.session.isRunning = false
    dashboard.sample()
    #expect(dashboard.picture()[0].hasPrefix("ENDED  server"))
    #expect(dashboard.picture()[5].contains("client 4"))
  }

  @Test func `the worst that checks have found is told in words, on a line of its own`() {
    var dashboard = TestDashboard(.server(), 88, 24)
    dashboard.session.advance(.seconds(3))
    dashboard.sample()
    #expect(
      dashboard.picture()[2...2] == [
        "▲ loop blocked task 4 “client 4” at Client.swift:42 on l… 3.0s  ▲ lock held long  5.0s 3"
      ])
    #expect(
      dashboard.picture(40, 10)[0...0] == [
        "LIVE  server  ▲ loop blocked task 4 “…"
      ])
  }

  @Test func `a task that blocked stays told, also when it has ended`() {
    let session = TestSession.server()
    session.create(18, "number cruncher", flags: .runtime)
    session.poll(18)
    session.advance(.milliseconds(600))
    session.blockLoop(18, for: .milliseconds(600))
    session.wait(18, for: .unknown)
    var dashboard = TestDashboard(session, 120, 24)
    for seconds in [0, 1, 5, 60, 600] {
      dashboard.session.advance(.seconds(seconds))
      if seconds == 60 { dashboard.session.end(18, .returned) }
      dashboard.sample()
      #expect(dashboard.model.past.warnings.warnings.contains { $0.worst == 600_000_000 })
    }
    let json = JSONText.list(TaskList.self, Insight(session.snapshot(), places: LocationBook()))
    #expect(json.contains("\"blocks\": [") && json.contains("\"ns\": 600000000"))
  }

  @Test func `a lock whose holder has ended is a warning, as is the release of another's lock`() {
    let session = TestSession.server()
    session.create(30, "worker")
    let lock = session.createResource(.lock, "ledger", holder: 30)
    session.end(30, .returned)
    session.advance(.milliseconds(50))
    var dashboard = TestDashboard(session, 200, 24)
    #expect(
      dashboard.picture()[2].contains("✖ lock never released lock “ledger” is held by task 30"))
    session.hold(lock, by: 0, releasedBy: 4)
    dashboard.sample()
    #expect(dashboard.picture()[2].contains("▲ lock released by another"))
    let insight = Insight(session.snapshot(), places: LocationBook())
    #expect(PlainText.warnings(insight).contains { $0.contains("released lock “ledger”") })
    #expect(JSONText.list(TaskList.self, insight).contains("\"released_by\": 4"))
  }

  @Test func `graphs in a row, and what tasks do; a high screen has three rows of them`() {
    var dashboard = TestDashboard(.server(), 88, 24)
    for _ in 0..<4 {
      dashboard.session.advance(.milliseconds(100))
      dashboard.sample()
    }
    #expect(
      dashboard.picture()[0...3] == [
        "LIVE  server  pid 4242  up 2.4s  asynctop sample 0 frame 0",
        "polls/s 0          ⢀  busy 0%            ⢀  lag 443ms          ⢸  live 5               ⠐",
        "▲ loop blocked task 4 “client 4” at Client.swift:42 on … 403ms  ▲ lock held long  2.4s 2",
        " 1 Tasks 5  2 Tree  3 Timers  4 Sites  5 Resources  6 Waits  7 Threads  9 Warnings 2",
      ])
    #expect(
      dashboard.picture(88, 40)[0...6] == [
        "LIVE  server  pid 4242  up 2.4s  asynctop sample 0 frame 0",
        "polls/s               busy                  lag                ⢸  live",
        "0                     0%                    443ms              ⢸  5                    ⠐",
        "max 0              ⢀  1 loop             ⢀  max 443ms          ⢸  5–5",
        "5 tasks ━━━━━━━━━━━━━━━━━━━━━━━━━  ━ 1 running  ━ 1 ready  ━ 1 group  ━ 1 lock",
        "▲ loop blocked task 4 “client 4” at Client.swift:42 on … 403ms  ▲ lock held long  2.4s 2",
        " 1 Tasks 5  2 Tree  3 Timers  4 Sites  5 Resources  6 Waits  7 Threads  9 Warnings 2",
      ])
  }

  @Test func `H shows less of it, and all again`() {
    var dashboard = TestDashboard(.server(), 100, 40)
    func tabs() -> Int? { dashboard.picture().firstIndex { $0.hasPrefix(" 1 Tasks") } }
    #expect(tabs() == 6)
    dashboard.press("H")
    #expect(tabs() == 3)
    dashboard.press("H")
    #expect(tabs() == 1)
    dashboard.press("H")
    #expect(tabs() == 6)
  }

  @Test func `asynctop's own cost does not change the picture with every sample`() {
    var dashboard = TestDashboard(.server(), 120, 24)
    func cost() -> Bool { dashboard.picture()[0].contains("sample 5.0ms frame 1.0ms") }
    dashboard.session.advance(.seconds(3))
    dashboard.model.cost = OwnCost(sample: 5_000_000, frame: 1_000_000)
    dashboard.sample()
    #expect(cost())
    dashboard.model.cost = OwnCost(sample: 6_000_000, frame: 1_100_000)
    dashboard.sample()
    #expect(cost())
  }
}
