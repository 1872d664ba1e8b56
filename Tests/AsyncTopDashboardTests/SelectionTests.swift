import AsyncTopDashboard
import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `Rows and the selection` {
  @Test func `the selection follows its task when the order changes`() {
    var dashboard = TestDashboard()
    dashboard.press("down down")
    #expect(dashboard.selectedRow()?.contains("client 3") == true)
    dashboard.session.run(3, for: .milliseconds(900), thenWait: .unknown)
    dashboard.sample()
    #expect(dashboard.selectedRow()?.contains("client 3") == true)
    dashboard.press("i")
    #expect(dashboard.selectedRow()?.contains("client 3") == true)
  }

  @Test func `when its task ends, the one that takes its place is selected`() {
    var dashboard = TestDashboard()
    dashboard.press("down down")
    dashboard.session.end(3)
    dashboard.sample()
    #expect(dashboard.selectedRow()?.contains("client 2") == true)
  }

  @Test func `pages, the first and the last row are reached`() {
    let session = TestSession(tasks: 1_024)
    for id in 1...1_000 as ClosedRange<UInt64> { session.create(id, "task-\(id)") }
    var dashboard = TestDashboard(session)
    dashboard.press("left left left end")
    #expect(dashboard.selectedRow()?.contains("task-1000") == true)
    dashboard.press("pgup pgup")
    #expect(dashboard.selectedRow()?.contains("task-966") == true)
    dashboard.press("home pgdn")
    #expect(dashboard.selectedRow()?.contains("task-18") == true)
  }

  @Test func `deep in a long list the rows around the selection are in order, and stay so`() throws
  {
    let session = TestSession(tasks: 8_192)
    // Slots in another order than ids, as after a while in a real program.
    for number in 0..<4_000 as Range<UInt64> { session.create(number * 2_003 % 4_001 + 1) }
    var dashboard = TestDashboard(session, 100, 24)
    dashboard.press("left left left")
    for _ in 0..<60 { dashboard.press("pgdn") }
    func ids() -> [Int] {
      dashboard.picture()[5..<23].compactMap { Int($0.dropFirst(12).prefix(5).drop { $0 == " " }) }
    }
    let before = ids()
    let first = try #require(before.first)
    #expect(before == Array(first..<first + 18))
    let selected = dashboard.selectedRow()
    for number in 2_000..<4_000 as Range<UInt64> { session.end(number * 2_003 % 4_001 + 1) }
    session.create(9_000)
    dashboard.sample()
    let after = ids()
    #expect(after == after.sorted() && after.count == 18)
    let isGone = selected.map { row in
      !session.snapshot().tasks.contains { row.contains("\($0.id) ") }
    }
    #expect(isGone == true || dashboard.selectedRow() == selected)
  }

  @Test func `a click selects, a second one opens`() {
    var dashboard = TestDashboard()
    _ = dashboard.picture()
    dashboard.mouse(.press, 10, 7)
    #expect(dashboard.selectedRow()?.contains("client 3") == true)
    #expect(dashboard.model.screen == .tasks)
    dashboard.mouse(.press, 10, 7)
    #expect(dashboard.model.screen == .details(.task(3)))
  }

  @Test func `a click on a title sorts, one on a tab shows its view`() {
    var dashboard = TestDashboard()
    _ = dashboard.picture()
    dashboard.mouse(.press, 20, 4)
    #expect(dashboard.picture()[4].contains("NAME▲"))
    dashboard.mouse(.press, 20, 4)
    #expect(dashboard.picture()[4].contains("NAME▼"))
    dashboard.mouse(.press, 12, 3)
    #expect(dashboard.model.screen == .tree)
  }

  @Test func `the wheel scrolls`() {
    let session = TestSession(tasks: 1_024)
    for id in 1...100 as ClosedRange<UInt64> { session.create(id) }
    var dashboard = TestDashboard(session)
    let before = dashboard.picture()[5]
    dashboard.mouse(.wheelDown, 10, 10)
    #expect(dashboard.picture()[5] != before)
    dashboard.mouse(.wheelUp, 10, 10)
    #expect(dashboard.picture()[5] == before)
  }

  @Test func `while it stands still the picture stays, and goes on with what is now`() {
    var dashboard = TestDashboard()
    dashboard.press("space")
    let before = dashboard.picture().dropFirst()
    #expect(dashboard.picture()[0].hasPrefix("PAUSED"))
    dashboard.session.create(77, "newcomer")
    dashboard.session.advance(.seconds(5))
    dashboard.sample()
    #expect(dashboard.picture().dropFirst() == before)
    dashboard.press("space")
    #expect(dashboard.effects == [.sample])
    dashboard.sample()
    #expect(dashboard.picture().contains { $0.contains("newcomer") })
  }

  @Test func `a filter is typed, kept, changed back and cleared`() {
    var dashboard = TestDashboard()
    dashboard.press("/")
    dashboard.type("CLIENT 2")
    #expect(dashboard.picture()[3].contains("1 of 5 "))
    #expect(dashboard.picture()[3].hasSuffix("filter: CLIENT 2"))
    dashboard.press("enter /")
    dashboard.type("9")
    #expect(dashboard.picture()[3].contains("0 of 5"))
    dashboard.press("esc")
    #expect(dashboard.picture()[3].contains("1 of 5 "))
    #expect(dashboard.picture()[3].hasSuffix("filter: CLIENT 2"))
    dashboard.press("esc")
    #expect(!dashboard.picture()[3].contains("filter"))
    #expect(dashboard.model.handle(.paste("client 3")).isEmpty)
    #expect(!dashboard.picture()[3].contains("filter"))
  }

  @Test func `keys typed into a filter are text`() {
    var dashboard = TestDashboard()
    dashboard.press("/")
    dashboard.type("q1?")
    _ = dashboard.model.handle(.paste("xy"))
    #expect(dashboard.picture()[22] == "filter: q1?xy")
    #expect(dashboard.effects.isEmpty)
    dashboard.press("C-c")
    #expect(dashboard.effects == [.quit(signal: nil)])
  }
}
