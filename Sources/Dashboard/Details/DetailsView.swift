import TaskInsight
import TerminalUI

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
    for row in 0..<min(canvas.size.rows, max(0, lines.count - selection.top)) {
      let line = lines[selection.top + row]
      draw(line, row: row, names: names, on: &canvas)
      if selection.top + row == selection.index { canvas.select(row: row, look) }
    }
    if lines.count > canvas.size.rows, canvas.size.columns > 20 {
      canvas.scrollbar(
        in: Rect(column: canvas.size.columns - 1, row: 0, columns: 1, rows: canvas.size.rows),
        first: selection.top, visible: canvas.size.rows, total: lines.count, style: look[.border])
    }
  }

  private func draw(_ line: DetailsLine, row: Int, names: Int, on canvas: inout Canvas) {
    if line.isTitle {
      canvas.write(
        line.name, at: Point(column: 0, row: row), width: canvas.size.columns, style: look[.title])
      return
    }
    canvas.write(
      line.name, at: Point(column: 1, row: row), width: max(0, min(names, canvas.size.columns) - 2),
      style: look[.dim])
    let start = line.name.isEmpty ? 3 : names
    let sign = line.target == nil ? "" : "\(canvas.glyphs.folded) "
    canvas.write(
      sign + line.text, at: Point(column: start, row: row),
      width: canvas.size.columns - start, style: look[line.role])
    drawPicture(of: line, row: row, start: start + DetailsView.textWidth, on: &canvas)
  }

  private func drawPicture(
    of line: DetailsLine, row: Int, start: Int, on canvas: inout Canvas
  ) {
    let width = min(60, canvas.size.columns - start - 1)
    guard width >= 8 else { return }
    switch line.picture {
    case .none: break
    case .bar(let fraction):
      canvas.bar(
        fraction, at: Point(column: start, row: row), width: width, full: look[.barFull],
        empty: look[.barEmpty])
    case .sparkline(let values):
      canvas.columns(
        values, in: Rect(column: start, row: row, columns: width, rows: 1), style: look[.sparkline])
    }
  }
}
