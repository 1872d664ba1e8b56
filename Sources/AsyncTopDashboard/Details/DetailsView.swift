import AsyncTopInsight
import AsyncTopTerminal

/// Everything known of one thing.
struct DetailsView {
  let lines: [DetailsLine]
  let look: Look

  /// The columns of the names.
  private static let nameWidth = 15
  /// The columns of the text before a picture.
  private static let textWidth = 20

  func draw(_ selection: ListSelection<String>, on canvas: inout Canvas) {
    let names = canvas.size.columns < 40 ? 9 : DetailsView.nameWidth
    let part = Rect(size: canvas.size)
    let columns = Canvas.listColumns(in: part, count: lines.count)
    for row in 0..<min(canvas.size.rows, max(0, lines.count - selection.top)) {
      let line = lines[selection.top + row]
      canvas.inside(Rect(column: 0, row: row, columns: columns, rows: 1)) { canvas in
        draw(line, names: names, on: &canvas)
      }
      if selection.top + row == selection.index { canvas.select(row: row, look) }
    }
    if lines.count > canvas.size.rows, canvas.size.columns > 20 {
      canvas.scrollbar(
        in: Rect(column: canvas.size.columns - 1, row: 0, columns: 1, rows: canvas.size.rows),
        first: selection.top, visible: canvas.size.rows, total: lines.count, style: look[.border])
    }
  }

  private func draw(_ line: DetailsLine, names: Int, on canvas: inout Canvas) {
    if line.isTitle {
      canvas.write(line.name, at: .zero, width: canvas.size.columns, style: look[.title])
      return
    }
    canvas.write(
      line.name, at: Point(column: 1, row: 0), width: max(0, min(names, canvas.size.columns) - 2),
      style: look[.dim])
    let start = line.name.isEmpty ? 3 : names
    let sign = line.target == nil ? "" : "\(canvas.glyphs.folded) "
    canvas.write(
      sign + line.text, at: Point(column: start, row: 0),
      width: canvas.size.columns - start, style: look[line.role])
    drawPicture(of: line, start: start + DetailsView.textWidth, on: &canvas)
  }

  private func drawPicture(of line: DetailsLine, start: Int, on canvas: inout Canvas) {
    let width = min(60, canvas.size.columns - start - 1)
    guard width >= 8 else { return }
    switch line.picture {
    case .none: break
    case .bar(let fraction):
      canvas.bar(
        fraction, at: Point(column: start, row: 0), width: width, full: look[.barFull],
        empty: look[.barEmpty])
    case .sparkline(let values):
      canvas.columns(
        values, in: Rect(column: start, row: 0, columns: width, rows: 1), style: look[.sparkline])
    }
  }
}
