import Dashboard
import Instrumentation
import TerminalUI
import TestSessions
import Testing

@Suite struct `Tasks view` {
  func picture(_ columns: Int, _ rows: Int) -> [String] {
    var model = DashboardModel()
    model.update(TestSession.server().snapshot())
    return model.draw(size: Size(columns: columns, rows: rows)).textRows
  }

  @Test func `the smallest screen shows states and names`() {
    #expect(picture(20, 4) == ["LIVE  server", "  NAME", "⊘ client 4", "○ main"])
  }

  @Test func `no size is impossible`() {
    for columns in 0...120 { for rows in 0...30 { _ = picture(columns, rows) } }
  }
}
