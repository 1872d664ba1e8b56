import Dashboard
import Instrumentation
import TerminalUI
import TestSessions
import Testing

@Suite struct `The header` {
  @Test func `what was lost is a warning`() {
    let session = TestSession.server()
    session.lostEvents = 12_345
    session.loseTasks(3)
    var dashboard = TestDashboard(session, 100, 24)
    #expect(
      dashboard.picture()[0]
        == "LIVE  server  pid 4242  up 2.0s  12.3k events lost  3 tasks unlisted  tasks 5")
    let warning = Look.standard.palette[.warning].foreground
    #expect(dashboard.model.draw(size: dashboard.size)[34, 0].style.foreground == warning)
  }

  @Test func `what does not fit goes, least important first`() {
    var dashboard = TestDashboard()
    #expect(dashboard.picture(30, 20)[0] == "LIVE  server  up 2.0s  tasks 5")
    #expect(dashboard.picture(24, 20)[0] == "LIVE  server  tasks 5")
    #expect(dashboard.picture(20, 20)[1] == "running 1")
    #expect(dashboard.picture(5, 20)[0] == "LIVE")
  }

  @Test func `a process that has ended is shown as it was`() {
    var dashboard = TestDashboard()
    dashboard.session.isRunning = false
    dashboard.sample()
    #expect(dashboard.picture()[0].hasPrefix("ENDED  server"))
    #expect(dashboard.picture()[5].contains("client 4"))
  }

  @Test func `a thread that is blocked is told`() {
    var dashboard = TestDashboard()
    dashboard.session.advance(.seconds(3))
    dashboard.sample()
    #expect(dashboard.picture()[2].hasPrefix("task 4 blocks its thread for 3.0s"))
  }

  @Test func `asynctop's own cost does not change the picture with every sample`() {
    var dashboard = TestDashboard(.server(), 120, 24)
    func cost() -> Bool { dashboard.picture()[2].contains("sample 5.0ms frame 1.0ms 77B") }
    dashboard.session.advance(.seconds(3))
    dashboard.model.cost = OwnCost(sample: 5_000_000, frame: 1_000_000, bytes: 77)
    dashboard.sample()
    #expect(cost())
    dashboard.model.cost = OwnCost(sample: 6_000_000, frame: 1_100_000, bytes: 78)
    dashboard.sample()
    #expect(cost())
  }
}
