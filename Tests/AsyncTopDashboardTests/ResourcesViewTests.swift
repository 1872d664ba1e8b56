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
    #expect(
      dashboard.picture()[2...10] == [
        " 1 Tasks  2 Tree  3 Timers  4 Sites  5 Resources 4  6 Waits  7 Threads  9 Warnings 1",
        "  KIND         NAME                   HELD BY               SINCE FULL     WAIT▼ LONGEST",
        "▲ lock         accounts               3 client 3             2.0s              1",
        "  queue        thumbnails                                         12/256       ·",
        "  queue        audit                                              480/∞        ·",
        "  socket       tcp :8080                                                       1",
        "",
        "lock “accounts”: 1 wait",
        " 1  2          client 2  Client.swift:42 Client.run()  2.0s",
      ])
  }

  @Test func `a small screen keeps names and who waits`() {
    var dashboard = TestDashboard(crowded(), 40, 9)
    dashboard.press("5")
    #expect(
      dashboard.picture()[1...6] == [
        " 1 Tasks 2 Tree 3 Timers 4 Sites 5 Res 4",
        "  KIND      NAME                   WAIT▼",
        "▲ lock      accounts                   1",
        "  queue     thumbnails                 ·",
        "  queue     audit                      ·",
        "  socket    tcp :8080                  1",
      ])
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
    #expect(
      dashboard.picture()[2...8] == [
        " 1 Tasks  2 Tree  3 Timers  4 Sites  5 Resources  6 Waits 5  7 Threads  9 Warnings 1",
        "CAUSE, AND WHO WAITS        STATE       WAITS FOR        SINCE BEHIND AT",
        "▾ client 3                  ○ waiting   timer in 28s      2.0s      2 Client:42 Client.…",
        "└─ ▾ lock “accounts”        held        1 waiting         2.0s      2",
        "   └─ ▾ client 2            ○ waiting   1st in line       2.0s      1 Client:42 Client.…",
        "      └─ ▾ group “clients”  3 running   3 spawned, 0 e…             1 Listener:20",
        "         └─   main          ○ waiting                     2.0s      · main:3",
      ])
    dashboard.press("1 b")
    #expect(dashboard.picture()[3].hasPrefix("CAUSE"))
  }

  @Test func `loops and threads, with what they run and the longest polls`() {
    var dashboard = TestDashboard(.server(), 88, 16)
    dashboard.press("7")
    #expect(
      dashboard.picture()[3...10] == [
        "  THREAD▲        BUSY    LAG WORST 2m  READY RUNS NOW            FOR AT",
        "● loop main             80µs     80µs      · 4 client 4        3.0ms Client:42",
        "",
        "Longest polls, one for each task",
        " 2.0ms         1 main  2.0s ago",
        " 1.2ms         3 client 3  Client.swift:42 Client.run()  2.0s ago",
        " 150µs         2 client 2  Client.swift:42 Client.run()  2.0s ago",
        "",
      ])
    dashboard.press("enter")
    #expect(dashboard.picture().contains { $0.contains("runs now") && $0.contains("task 4") })
  }
}
