import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// How a program moves, as graphs of the last two minutes: in three rows, or in one.
struct HeaderGraphs {
  /// One of the graphs.
  private struct Graph {
    let name: String
    let value: String
    /// How much the graph goes up to, or what else is said of the value.
    let note: String
    let values: [Double?]
    /// Whether the values are levels, and not amounts.
    var isLevel = false
    var role: ThemeRole = .sparkline
  }

  /// How far back the graphs go.
  static let seconds = 120
  /// What something is late by is an alarm from here on, in nanoseconds.
  private static let lateness: UInt64 = 100_000_000

  private let look: Look
  private var graphs: [Graph] = []

  init(_ insight: Insight, _ rates: SessionRates, _ look: Look) {
    self.look = look
    let history = insight.history
    let count = HeaderGraphs.seconds
    if !insight.isScanned {
      let polls = history.values(last: count) { $0.polls }
      graphs.append(
        Graph(
          name: "polls/s", value: CompactText.perSecond(rates.polls),
          note: HeaderGraphs.greatest(polls), values: polls))
      let busy = history.values(last: count) { $0.busy }
      let threads = insight.threads.count
      let loops = insight.snapshot.loops.count
      graphs.append(
        Graph(
          name: "busy", value: history.seconds.last?.busy.map(CompactText.share) ?? "",
          note: loops > 0
            ? "\(loops) loop\(loops == 1 ? "" : "s")"
            : "\(threads) thread\(threads == 1 ? "" : "s")",
          values: busy))
      if let lag = insight.lag { graphs.append(HeaderGraphs.graph(lag, history)) }
    }
    let live = history.values(last: count) { Double($0.live) }
    let known = live.compactMap(\.self)
    let (least, most) = (
      UInt64(saturating: known.min() ?? 0), UInt64(saturating: known.max() ?? 0)
    )
    graphs.append(
      Graph(
        name: "live", value: CompactText.count(UInt64(insight.snapshot.tasks.count)),
        note: "\(CompactText.count(least))–\(CompactText.count(most))", values: live,
        isLevel: true))
    guard !insight.isScanned else { return }
    for (name, rate, values) in [
      ("created/s", rates.created, history.values(last: count) { $0.created }),
      ("wakes/s", rates.wakes, history.values(last: count) { $0.wakes }),
    ] {
      graphs.append(
        Graph(
          name: name, value: CompactText.perSecond(rate), note: HeaderGraphs.greatest(values),
          values: values))
    }
  }

  private static func graph(_ lag: Lag, _ history: SessionHistory) -> Graph {
    let lags = history.values(last: seconds) { $0.lag.map(Double.init) }
    let worst = max(lag.worst ?? 0, UInt64(saturating: lags.compactMap(\.self).max() ?? 0))
    return Graph(
      name: "lag", value: lag.now.map(CompactText.duration) ?? "unknown",
      note: "max \(CompactText.duration(worst))", values: lags,
      role: worst > lateness ? .warning : .sparkline)
  }

  private static func greatest(_ values: [Double?]) -> String {
    "max \(CompactText.perSecond(values.compactMap(\.self).max() ?? 0))"
  }

  /// As many as there is room for, the first first.
  func draw(on canvas: inout Canvas) {
    canvas.fill(style: look[.text])
    let isTall = canvas.size.rows >= 3
    let least = isTall ? 20 : 18
    let count = min(canvas.size.columns >= 150 ? 6 : 4, graphs.count, canvas.size.columns / least)
    guard count > 0 else { return }
    let width = canvas.size.columns / count
    for (place, graph) in graphs.prefix(count).enumerated() {
      let part = Rect(
        column: place * width, row: 0, columns: width - (place == count - 1 ? 0 : 2),
        rows: canvas.size.rows)
      canvas.inside(part) { isTall ? drawTall(graph, on: &$0) : drawLine(graph, on: &$0) }
    }
  }

  private func drawTall(_ graph: Graph, on canvas: inout Canvas) {
    let names = 11
    canvas.write(graph.name, at: .zero, style: look[.dim])
    canvas.write(graph.value, at: Point(column: 0, row: 1), style: look[.text].adding(.bold))
    let isAlarm = graph.role == .warning
    canvas.write(
      graph.note, at: Point(column: 0, row: 2), width: names - 1,
      style: look[isAlarm ? .warning : .dim])
    draw(
      graph, in: Rect(column: names, row: 0, columns: canvas.size.columns - names, rows: 3),
      on: &canvas)
  }

  private func drawLine(_ graph: Graph, on canvas: inout Canvas) {
    let end = canvas.write(
      [("\(graph.name) ", look[.dim]), (graph.value, look[.text].adding(.bold))], at: .zero)
    draw(
      graph, in: Rect(column: end + 1, row: 0, columns: canvas.size.columns - end - 1, rows: 1),
      on: &canvas)
  }

  private func draw(_ graph: Graph, in part: Rect, on canvas: inout Canvas) {
    guard part.columns >= 3 else { return }
    if graph.isLevel {
      canvas.line(graph.values, in: part, style: look[graph.role])
    } else {
      canvas.graph(graph.values, in: part, style: look[graph.role])
    }
  }
}
