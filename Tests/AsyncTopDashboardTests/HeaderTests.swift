import AsyncTopDashboard
import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
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
        == "LIVE  server  pid 4242  up 2.0s  tasks 5  12.3k events lost  3 tasks unlisted")
    let warning = Look.standard.palette[.warning].foreground
    #expect(dashboard.model.draw(size: dashboard.size)[42, 0].style.foreground == warning)
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

  @Test func `a thread that is blocked is told, and who gets none for that`() {
    var dashboard = TestDashboard()
    dashboard.session.advance(.seconds(3))
    dashboard.sample()
    #expect(
      dashboard.picture()[0].hasSuffix(
        "task 4 blocks its thread for 3.0s  task 5 gets no thread for 3.0s"))
    #expect(dashboard.picture(40, 10)[0] == "LIVE  task 4 blocks its thread for 3.0s")
  }

  @Test func `a task that blocked is told in every frame after it, also when it has ended`() {
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
      let first = dashboard.picture()[0]
      #expect(
        first.contains("task 18 “number cruncher” blocked its thread for 600ms")
          || seconds >= 60 && first.contains("task 18 blocked its thread for 600ms"), "\(first)")
    }
    #expect(dashboard.picture()[0].contains("blocked its thread for 600ms, 11m ago"))
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
    #expect(dashboard.picture()[0].contains("lock “ledger” is held by task 30"))
    #expect(dashboard.picture()[0].contains("which has ended, for 50ms"))
    session.hold(lock, by: 0, releasedBy: 4)
    dashboard.sample()
    #expect(dashboard.picture()[0].contains("released lock “ledger”, which task 30"))
    let insight = Insight(session.snapshot(), places: LocationBook())
    #expect(PlainText.warnings(insight).contains { $0.contains("released lock “ledger”") })
    #expect(JSONText.list(TaskList.self, insight).contains("\"released_by\": 4"))
  }

  @Test func `what deserves a look and finds no room on the first line is on the last`() {
    let session = TestSession.server()
    session.lostEvents = 12_345
    session.loseTasks(3)
    session.advance(.seconds(3))
    session.isRunning = false
    var dashboard = TestDashboard(session)
    #expect(
      Array(dashboard.picture()[0...2]) == [
        "ENDED  server  task 4 blocks its thread for 3.0s  task 5 gets no thread for 3.0s",
        "running 1  scheduled 1  waiting 3  cancelled 1  timers 1  polls 0/s  lag 0",
        "12.3k events lost  3 tasks unlisted  loop main 0% busy  threads 1",
      ])
    let warning = Look.standard.palette[.warning].foreground
    let grid = dashboard.model.draw(size: dashboard.size)
    #expect(grid[17, 0].style.foreground == warning && grid[0, 2].style.foreground == warning)
    #expect(grid[0, 0].style.foreground == Look.standard.palette[.error].foreground)
  }

  @Test func `a wide screen has two lines of facts`() {
    var dashboard = TestDashboard(.server(), 160, 24)
    #expect(
      Array(dashboard.picture()[0...2]) == [
        "LIVE  server  pid 4242  up 2.0s  tasks 5  running 1  scheduled 1  waiting 3"
          + "  cancelled 1  timers 1",
        "polls 0/s  created 0/s  wakes 0/s  lag 43ms  worst in 2m 43ms  loop main 0% busy"
          + "  threads 1  asynctop sample 0 frame 0",
        " 1 Tasks  2 Tree  3 Timers  5",
      ])
  }

  @Test func `asynctop's own cost does not change the picture with every sample`() {
    var dashboard = TestDashboard(.server(), 120, 24)
    func cost() -> Bool { dashboard.picture()[2].contains("sample 5.0ms frame 1.0ms") }
    dashboard.session.advance(.seconds(3))
    dashboard.model.cost = OwnCost(sample: 5_000_000, frame: 1_000_000)
    dashboard.sample()
    #expect(cost())
    dashboard.model.cost = OwnCost(sample: 6_000_000, frame: 1_100_000)
    dashboard.sample()
    #expect(cost())
  }
}
