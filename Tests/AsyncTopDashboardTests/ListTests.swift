import AsyncTopBus
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
    let members = List.fields.map { names($0, of: row) }
    #expect(members.allSatisfy { !$0.isEmpty })
    #expect(Set(members.joined()).count == members.joined().count)
    #expect(List.position(of: List.entity(of: row), in: insight) == 0)
  }

  /// The names of what JSON has of a column.
  private func names<Row>(_ column: Column<Row>, of row: Row) -> [Substring] {
    let text = TextStream.text { stream in
      var writer = JSONWriter(stream)
      writer.object { column.json(row, insight, &$0) }
      stream = writer.finish()
    }
    return text.split(separator: "\n").filter { $0.hasPrefix("  \"") }
      .map { $0.dropFirst(3).prefix { $0 != "\"" } }
  }

  @Test func `a filter that is searched for in parts leaves what a whole search does`() throws {
    let session = TestSession(tasks: 50_000)
    for id in 1...40_000 as ClosedRange<UInt64> {
      session.create(id, id % 7 == 0 ? "request \(id)" : "")
      if id % 3 == 0 { session.run(id, for: .nanoseconds(id), thenWait: .timer(id)) }
    }
    var dashboard = TestDashboard(session, 120, 30)
    dashboard.press("/")
    dashboard.type("9")
    dashboard.press("down")
    #expect(dashboard.model.isSearching)
    // A key is answered before all are found.
    dashboard.press("down")
    var parts = 0
    while dashboard.model.isSearching {
      dashboard.model.search()
      parts += 1
    }
    #expect(parts > 1)
    let insight = Insight(session.snapshot(), places: LocationBook())
    let options = ListOptions(filter: TextFilter("9"), column: "busy")
    var whole: [UInt64] = []
    TaskList.forEachRow(of: insight, options) { whole.append($0.id) }
    #expect(
      whole
        == insight.snapshot.tasks.filter { "\($0.id)".contains("9") }
        .sorted { ($1.busy(at: insight.now), $0.id) < ($0.busy(at: insight.now), $1.id) }.map(\.id))
    let picture = dashboard.picture()
    #expect(picture.contains { $0.contains(" \(whole.count) of 40000") })
    dashboard.press("home")
    let shown = dashboard.picture().drop { !$0.contains("NAME") }.dropFirst().compactMap { line in
      line.split(separator: " ").lazy.compactMap { UInt64($0) }.first
    }
    #expect(Array(shown.prefix(10)) == Array(whole.prefix(10)))
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
