import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// The table of timers.
struct TimersView {
  let insight: Insight
  let look: Look

  /// The columns of the text before a bar of what is left.
  private static let leftText = 8

  /// Draws the titles on the first row and the timers below.
  func draw(
    _ table: TableState<TimerColumn>, titles: Rect, rows: Rect, on canvas: inout Canvas
  ) {
    let width = Canvas.listColumns(in: rows, count: table.order.count)
    let layout = TableLayout(
      TimerColumn.columns(width: width, ids: insight.timerIDColumns), width: width)
    canvas.inside(titles) { canvas in
      canvas.tableHeader(
        layout, row: 0, style: look[.columnTitle],
        sorted: (id: table.column, descending: table.isDescending),
        sortedStyle: look[.columnTitleSorted])
    }
    canvas.inside(rows) { canvas in
      let selection = table.selection
      for line in 0..<min(canvas.size.rows, max(0, table.order.count - selection.top)) {
        let timer = insight.snapshot.timers[table.order[selection.top + line]]
        canvas.tableRow(layout, row: line, style: look[.text]) { cell($0, of: timer) }
        if let left = layout.placed.first(where: { $0.column.id == .left }) {
          drawBar(of: timer, row: line, left, on: &canvas)
        }
        if selection.top + line == selection.index { canvas.select(row: line, look) }
      }
      canvas.scrollbar(of: selection, count: table.order.count, look)
    }
  }

  /// How much is left of the time the timer was armed for.
  private func drawBar(
    of timer: TimerRecord, row: Int, _ place: TableLayout<TimerColumn>.Placed,
    on canvas: inout Canvas
  ) {
    let width = place.width - TimersView.leftText
    guard width >= 4 else { return }
    let fraction = insight.fractionLeft(timer)
    canvas.bar(
      fraction, at: Point(column: place.offset + TimersView.leftText, row: row), width: width,
      full: look[fraction < 0.1 ? .barUrgent : .barFull], empty: look[.barEmpty])
  }

  func cell(_ column: TimerColumn, of timer: TimerRecord) -> (text: String, style: Style) {
    switch column {
    case .id: return ("\(timer.id)", look[.identifier])
    case .left:
      let left = insight.remaining(timer)
      return left >= 0
        ? (CompactText.duration(UInt64(left)), look[.waitsForTimer])
        : ("-" + CompactText.duration(left.magnitude), look[.warning])
    case .kind: return (timer.kind.word, look[.text])
    case .owner:
      return timer.owner == 0
        ? ("", look[.dim]) : (insight.label(.task(timer.owner)), look[.identifier])
    case .site: return (insight.siteLabel(timer.site), look[.site])
    }
  }
}
