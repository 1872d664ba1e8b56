import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@testable import AsyncTopDashboard

/// A session that is looked at for two seconds, so that there are rates.
private func watched(_ columns: Int, _ rows: Int) -> TestDashboard {
  var dashboard = TestDashboard(.server(), columns, rows)
  let client = dashboard.session.source("Server/Client.swift", 42, "Client.run()")
  for second in 0..<2 {
    for id in 1...3 as ClosedRange<UInt64> {
      let task = 10 + id + 10 * UInt64(second)
      dashboard.session.create(task, "request \(task)", site: client)
      dashboard.session.run(task, for: .milliseconds(40), thenWait: .unknown)
      if id > 1 { dashboard.session.end(task, id == 3 ? .threw : .returned) }
    }
    dashboard.session.advance(.milliseconds(880))
    dashboard.sample()
  }
  return dashboard
}

@Suite struct `The view of sites` {
  @Test func `what was created at one place has one row, with what happened in the last second`() {
    var dashboard = watched(88, 12)
    dashboard.press("4")
    #expect(
      dashboard.picture()[1...7] == [
        " 1 Tasks  2 Tree  3 Timers  4 Sites 4  5 Resources  6 Waits  7 Threads  9 Warnings 2",
        "  SITE               CREATED AT             ALIVE   NEW/s  FAIL/s BUSY▼  POLLS/s LONGEST",
        "  client …           Client:42                  3       ·       ·   100%       ·   1.2ms",
        "  request …          Client:42                  2       3       1    12%       3    40ms",
        "  main               main:3                     1       ·       ·      ·       ·   2.0ms",
        "  accept()           Listener:20                1       ·       ·      ·       ·",
        "",
      ])
  }

  @Test func `a small screen keeps the name and how many there are`() {
    var dashboard = watched(40, 9)
    dashboard.press("4")
    #expect(
      dashboard.picture()[1...6] == [
        " 1 Tasks 2 Tree 3 Timers 4 Sites 4 5 Res",
        "  SITE                      ALIVE BUSY▼",
        "  client …                      3   100%",
        "  request …                     2    12%",
        "  main                          1      ·",
        "  accept()                      1      ·",
      ])
  }

  @Test func `Enter narrows every view to a site, and Esc shows all again`() {
    var dashboard = watched(120, 14)
    dashboard.press("4 / r e q enter enter")
    #expect(dashboard.model.screen == .tasks)
    dashboard.press("4 esc 4 home down enter")
    #expect(dashboard.picture().contains { $0.contains("only request …") })
    #expect(dashboard.picture().contains { $0.contains("request 21") })
    #expect(!dashboard.picture().contains { $0.contains("client 4") })
    dashboard.press("2")
    #expect(!dashboard.picture().contains { $0.contains("client 4") })
    dashboard.press("esc 1")
    #expect(dashboard.picture().contains { $0.contains("client 4") })
  }

  @Test func `as text, JSON and comma-separated values`() throws {
    let dashboard = watched(80, 24)
    let insight = try #require(dashboard.model.insight)
    let lines = PlainText.list(SiteList.self, insight)
    #expect(lines[0].hasPrefix("  SITE") && lines.contains { $0.contains("request …") })
    let json = JSONText.list(SiteList.self, insight)
    #expect(json.contains("\"name\": \"request …\"") && json.contains("\"failed_in_all\": 2"))
    let csv = TextStream.text { CSVText.list(SiteList.self, insight, to: &$0) }
      .split(separator: "\n")
    #expect(csv[0].hasPrefix("id,name,site,grows,alive,"))
    #expect(csv.count == insight.sites.count + 1)
    var options = ListOptions()
    options.limit = 2
    #expect(PlainText.list(SiteList.self, insight, options).count == 3)
  }
}
