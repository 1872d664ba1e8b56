import AsyncTopDashboard
import AsyncTopBus
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `The view of one thing` {
  @Test func `a task says everything that is known`() {
    var dashboard = TestDashboard(.server(), 80, 34)
    dashboard.press("end up enter")
    #expect(
      dashboard.picture() == [
        "LIVE  server  pid 4242  up 2.0s  asynctop sample 0 frame 0",
        "polls/s             busy                lag              ⢸  live",
        "0                   0%                  43ms             ⢸  5                  ⠐",
        "max 0            ⢀  1 loop           ⢀  max 43ms         ⢸  5–5",
        "5 tasks ━━━━━━━━━━━━━━━━━━━━━━  ━ 1 running  ━ 1 ready  ━ 1 group  ━ 1 lock",
        "▲ lock held long lock “accounts” by task 3 “client 3”, 1 wait 2.0s             1",
        " 1 Tasks 2 Tree 3 Timers 4 Sites 5 Res 6 Waits 7 Thr 9 Warn 1  Details",
        "task 2 “client 2”                                                              █",
        " state         ○ waiting for 2.0s                                              █",
        " waits for     ▸ lock “accounts” held by task 3 “client 3”                     █",
        " in line       1st of 1                                                        █",
        " held by       ▸ task 3 “client 3”, waiting for timer in 28s                   █",
        " held for      2.0s                                                            █",
        " at            Client.swift:42 Client.run()                                    █",
        " kind          a child of a group                                              █",
        " group         ▸ group “clients” of 3, 3 running                               █",
        " parent        ▸ task 1 “main”                                                 █",
        " last ran on   thread 100                                                      █",
        "                                                                               █",
        "Time                                                                           █",
        " age           2.0s                                                            █",
        " busy          150µs  <1%                                                      █",
        " scheduled     0  0%                                                           █",
        " idle          2.0s  100%          ██████████████████████████████████████████  █",
        " polls         1                                                               █",
        " wakes         0                                                               █",
        " a poll takes  150µs on average, at most 150µs, 2.0s ago                       █",
        "                                                                               █",
        "Recent polls                                                                   █",
        " polls seen    none yet                                                        █",
        "                                                                               │",
        "Created at                                                                     │",
        "   Client.run()  Server/Client.swift:42                                        │",
        "q quit  ? help  space pause  tab view  enter details  w waits for",
      ])
  }

  @Test func `what waits for several says which of them are left`() {
    let session = TestSession()
    session.create(1, "main").create(2, "a").create(3, "b")
    let several = session.createResource(.allOf, "gather", depth: 1, capacity: 4, waiters: 1)
    for id in 2...3 as ClosedRange<UInt64> { session.await(id, in: several) }
    session.run(1, for: .milliseconds(1), thenWait: .resource(several))
    var dashboard = TestDashboard(session, 100, 40)
    dashboard.press("2 b")
    let tree = dashboard.picture(200, 20)
    #expect(tree.contains { $0.contains("gather") && $0.contains("1 of 4 ended") }, "\(tree)")
    dashboard.press("home down down enter")
    let details = dashboard.picture(100, 40)
    #expect(details.contains(" waits for     ▸ gather, 1 of 4 ended"), "\(details)")
    #expect(
      details.contains(" pending       ▸ all of task 2 “a”, task 3 “b”, 1 more"), "\(details)")
    dashboard.press("w")
    let resource = dashboard.picture(100, 40)
    #expect(resource.contains { $0.hasPrefix(" ended         1 of 4") }, "\(resource)")
    #expect(resource.contains { $0.contains("task 2 “a”") }, "\(resource)")
    #expect(resource.contains { $0.contains("task 3 “b”") }, "\(resource)")
  }

  @Test func `a small screen scrolls it`() {
    var dashboard = TestDashboard(.server(), 40, 10)
    dashboard.press("end up enter")
    #expect(
      dashboard.picture() == [
        "LIVE  server  ▲ lock held long lock “…",
        " 1 Tasks 2 Tree 3 Timers 4 Sites 5 Res 6",
        "task 2 “client 2”                      █",
        " state         ○ waiting for 2.0s      │",
        " waits for     ▸ lock “accounts” held… │",
        " in line       1st of 1                │",
        " held by       ▸ task 3 “client 3”, w… │",
        " held for      2.0s                    │",
        " at            Client.swift:42 Client… │",
        "q quit  ? help  space pause  tab view",
      ])
    dashboard.press("end")
    #expect(dashboard.picture().contains { $0.contains("Client.run()") })
    #expect(dashboard.picture(20, 4).contains { $0.contains("Client.run()") })
  }

  @Test func `keys lead to what it waits for, to who waits, to the owner, and back`() {
    var dashboard = TestDashboard(.server(), 80, 40)
    func title() -> String { dashboard.picture()[7] }
    dashboard.press("end up w")
    #expect(title() == "lock “accounts”")
    dashboard.press("o")
    #expect(title().hasPrefix("task 3 “client 3”"))
    dashboard.press("w")
    #expect(title() == "timer")
    dashboard.press("W")
    #expect(title().hasPrefix("task 3 “client 3”"))
    dashboard.press("o")
    #expect(title() == "group “clients”")
    dashboard.press("W")
    #expect(title() == "task 1 “main”")
    dashboard.press("esc")
    #expect(title() == "group “clients”")
    dashboard.press("esc esc esc esc esc")
    #expect(dashboard.model.screen == .tasks)
  }

  @Test func `enter on a line goes where the line leads`() {
    var dashboard = TestDashboard(.server(), 80, 40)
    dashboard.press("end up enter down down enter")
    #expect(dashboard.picture()[7] == "lock “accounts”")
    dashboard.press("esc")
    dashboard.mouse(.press, 20, 15)
    #expect(dashboard.picture()[7] == "group “clients”")
  }

  @Test func `while a task is looked at its polls are asked for`() {
    var dashboard = TestDashboard(.server(), 80, 60)
    dashboard.press("end up enter")
    #expect(dashboard.effects == [.observe(task: 2)])
    dashboard.model.polls?.add(2_000)
    dashboard.model.polls?.add(90_000)
    dashboard.sample()
    let picture = dashboard.picture()
    #expect(picture.contains { $0.contains("in order") && $0.contains("▁█") })
    #expect(picture.contains { $0.contains("≤ 3.0µs") && $0.contains(" 1  ") })
    dashboard.press("esc")
    #expect(dashboard.effects == [.observe(task: 2), .observe(task: nil)])
  }

  @Test func `polls seen at another moment of a recording are forgotten`() {
    var dashboard = TestDashboard(.server(), 80, 60, options: .playing(TestPlayback()))
    dashboard.press("end up enter")
    #expect(dashboard.effects == [.observe(task: 2)])
    dashboard.model.polls?.add(NewPolls(durations: [1, 2], startsOver: true))
    dashboard.model.polls?.add(NewPolls(durations: [3]))
    #expect(dashboard.model.polls?.durations == [1, 2, 3])
    dashboard.model.polls?.add(NewPolls(durations: [4], startsOver: true))
    #expect(dashboard.model.polls?.durations == [4])
  }

  @Test func `what ends while it is looked at says so`() {
    var dashboard = TestDashboard(.server(), 80, 30)
    dashboard.press("end enter")
    dashboard.session.end(5, .threw)
    dashboard.session.advance(.seconds(1))
    dashboard.sample()
    #expect(dashboard.picture()[8] == " state         ✗ threw 1.0s ago")
    dashboard.session.advance(.seconds(10))
    dashboard.sample()
    #expect(dashboard.picture()[7...8] == ["task 5", " state         has ended"])
  }

  @Test func `a deadlock is told`() {
    let session = TestSession()
    session.create(1, "first").create(2, "second")
    session.run(1, for: .milliseconds(1), thenWait: .task(2))
    session.run(2, for: .milliseconds(1), thenWait: .task(1))
    var dashboard = TestDashboard(session, 80, 30)
    #expect(dashboard.picture()[5].hasPrefix("✖ deadlock"))
    let wait = dashboard.model.draw(size: dashboard.size).styleRuns(inRow: 9)
      .first { $0.text.contains("task 1") }
    #expect(wait?.style.foreground == Look.standard.palette[.error].foreground)
    dashboard.press("enter")
    #expect(
      dashboard.picture().contains { $0.contains("it and task 2 “second” wait for each other") })
  }
}
