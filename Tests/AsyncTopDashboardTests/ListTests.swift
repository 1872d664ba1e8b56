import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@testable import AsyncTopDashboard

@Suite struct `Lists and screens` {
  private let insight: Insight

  init() {
    let session = TestSession.server()
    session.lostEvents = 1
    insight = Insight(session.snapshot(), places: LocationBook())
  }

  private func check<List: EntityList>(_ list: List.Type) throws {
    let fields = List.fields.map(\.name)
    #expect(Set(fields).count == fields.count)
    #expect(Set(List.columns.map(\.name)).isSubset(of: fields), "what is shown is in JSON, too")
    #expect(Set(List.orders).count == List.orders.count)
    let row = try #require(List.rows(of: insight).first)
    let members = List.fields.map { $0.json(row, insight).map(\.name) }
    #expect(members.allSatisfy { !$0.isEmpty })
    #expect(Set(members.joined()).count == members.joined().count)
    #expect(List.position(of: List.entity(of: row), in: insight) == 0)
  }

  @Test func `a column has a name of its own, and its part of JSON`() throws {
    try check(TaskList.self)
    try check(TimerList.self)
    try check(SiteList.self)
    try check(ResourceList.self)
    try check(ThreadList.self)
    var history = SessionHistory()
    history.update(insight, rates: SessionRates())
    insight.history = history
    try check(WarningList.self)
  }

  @Test func `a screen has a name of its own, and its tab the key of its number`() {
    let names = Screens.all().map(\.id.name)
    #expect(Set(names).count == names.count)
    let digits = Screens.tabs.map(\.key)
    #expect(digits == digits.sorted() && Set(digits).count == digits.count)
    #expect(digits.allSatisfy { $0.count == 1 && ("1"..."9").contains($0) })
  }

  @Test func `only one screen is about single things`() {
    var screens = Screens.all()
    let shown = screens.indices.filter { screens[$0].open(.task(1)) }
    #expect(shown.map { screens[$0].id } == [ScreenID("details", of: .task(1))])
  }
}
