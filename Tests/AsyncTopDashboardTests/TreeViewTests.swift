import AsyncTopDashboard
import AsyncTopBus
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `The view of the tree` {
  @Test func `groups stand between their owners and their tasks`() {
    var dashboard = TestDashboard()
    dashboard.press("2")
    #expect(
      dashboard.picture(80, 14) == [
        "LIVE  server  pid 4242  up 2.0s  asynctop sample 0 frame 0",
        "▲ lock held long lock “accounts” by task 3 “client 3”, 1 wait 2.0s             1",
        " 1 Tasks 2 Tree 6 3 Timers 4 Sites 5 Res 6 Waits 7 Thr 9 Warn 1",
        "TASK                      ID STATE       WAITS FOR       SINCE AT",
        "▾ main                     1 ○ waiting   group “client…   2.0s main:3",
        "└─ ▾ group “clients”         3 running   3 spawned, 0 …        Listener:20",
        "   ├─   client 2           2 ○ waiting   lock “account…   2.0s Client:42 Client…",
        "   ├─ ▾ client 3           3 ○ waiting   timer in 28s     2.0s Client:42 Client…",
        "   │  └─   accept()        5 ◐ scheduled                  43ms Listener:20",
        "   └─   client 4           4 ⊘ running                   3.0ms Client:42",
        "",
        "",
        "",
        "q quit  ? help  space pause  tab view  enter details  / filter  w waits for",
      ])
  }

  @Test func `a small screen keeps the tree and the waits`() {
    var dashboard = TestDashboard()
    dashboard.press("2")
    #expect(
      dashboard.picture(40, 10) == [
        "LIVE  server  ▲ lock held long lock “…",
        " 1 Tasks 2 Tree 6 3 Timers 4 Sites 5 Res",
        "TASK                   WAITS FOR",
        "▾ main               ○ group “clients” …",
        "└─ ▾ group “clients”   3 spawned, 0 end…",
        "   ├─   client 2     ○ lock “accounts” …",
        "   ├─ ▾ client 3     ○ timer in 28s",
        "   │  └─   accept()  ◐",
        "   └─   client 4     ⊘",
        "q quit  ? help  space pause  tab view",
      ])
    #expect(
      dashboard.picture(20, 4) == [
        "LIVE  server",
        "TASK",
        "▾ main             ○",
        "└─ ▾ group “clien…",
      ])
  }

  /// The first column, without the spaces around it.
  func nodes(_ dashboard: inout TestDashboard) -> [String] {
    dashboard.picture(80, 14)[4...11].map { row in
      let text = String(row.prefix(21))
      return String(text.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
  }

  @Test func `minus folds, then goes to the owner; plus unfolds, then goes down`() {
    var dashboard = TestDashboard()
    dashboard.press("2 down down down -")
    #expect(nodes(&dashboard).last == "   └─   client 4")
    #expect(nodes(&dashboard).contains("   ├─ ▸ client 3"))
    #expect(dashboard.selectedRow()?.contains("client 3") == true)
    dashboard.press("-")
    #expect(dashboard.selectedRow()?.contains("group") == true)
    dashboard.press("-")
    #expect(nodes(&dashboard) == ["▾ main", "└─ ▸ group “clients”"])
    dashboard.press("+ +")
    #expect(nodes(&dashboard).count == 5)
    #expect(dashboard.selectedRow()?.contains("client 2") == true)
    dashboard.press("*")
    #expect(nodes(&dashboard).count == 6)
    dashboard.press("*")
    #expect(nodes(&dashboard) == ["▸ main"])
  }

  @Test func `folds are kept from snapshot to snapshot`() {
    var dashboard = TestDashboard()
    dashboard.press("2 down -")
    dashboard.session.advance(.seconds(1))
    dashboard.sample()
    #expect(nodes(&dashboard) == ["▾ main", "└─ ▸ group “clients”"])
  }

  @Test func `a click on the sign folds`() {
    var dashboard = TestDashboard()
    dashboard.press("2")
    _ = dashboard.picture(80, 14)
    dashboard.mouse(.press, 3, 5)
    #expect(nodes(&dashboard) == ["▾ main", "└─ ▸ group “clients”"])
  }

  @Test func `a task that has just ended stays for some seconds`() {
    var dashboard = TestDashboard()
    dashboard.press("2")
    dashboard.session.end(5, .threw)
    dashboard.session.advance(.seconds(1))
    dashboard.sample()
    #expect(
      dashboard.picture(80, 14).contains { $0.contains("accept()") && $0.contains("✗ threw") })
    dashboard.session.advance(.seconds(5))
    dashboard.sample()
    #expect(!dashboard.picture(80, 14).contains { $0.contains("accept()") })
  }

  @Test func `a filter keeps owners, dimmed`() {
    var dashboard = TestDashboard()
    dashboard.press("2 /")
    dashboard.type("accept")
    dashboard.press("enter")
    #expect(nodes(&dashboard).count == 4)
    let dim = Look.standard.palette[.dim].foreground
    let grid = dashboard.model.draw(size: dashboard.size)
    #expect(grid[6, 6].style.foreground == dim)
    #expect(grid[14, 7].style.foreground != dim)
  }

  @Test func `a tree of a hundred levels keeps names on the screen`() {
    let session = TestSession()
    for id in 1...100 as ClosedRange<UInt64> { session.create(id, "level \(id)", parent: id - 1) }
    var dashboard = TestDashboard(session, 40, 10)
    dashboard.press("2 end")
    #expect(dashboard.picture().contains { $0.contains("leve") })
  }
}
