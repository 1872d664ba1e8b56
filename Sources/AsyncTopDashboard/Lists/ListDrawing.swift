import AsyncTopInsight
import AsyncTopTerminal

/// A list on the screen: its columns in the width there is, with titles above.
struct ListDrawing<Row> {
  private let columns: [Column<Row>]
  private let rooms: [ColumnRoom]
  private let context: ScreenContext
  /// Where the columns are, by their numbers.
  let layout: TableLayout<Int>

  /// Lays a list out.
  ///
  /// - Parameters:
  ///   - columns: The columns, from left to right; those that can't be known are left out.
  ///   - count: The rows of the whole list, beside which a scrollbar may have to stand.
  ///   - context: What is looked at, and where there is room.
  init(_ columns: [Column<Row>], count: Int, _ context: ScreenContext) {
    let width = Canvas.listColumns(in: context.layout.tableRows, count: count)
    let space = ListSpace(width: width, insight: context.insight)
    let rooms = columns.map { $0.room(space) }
    let shown = columns.indices.filter { !context.insight.isScanned || !columns[$0].needsProbe }
    layout = TableLayout(
      shown.map { number in
        let (column, room) = (columns[number], rooms[number])
        return TableColumn(
          number, title: room.isForSign ? "" : column.title, width: room.width,
          // A picture stands to the right of its text.
          alignment: room.textBeforePicture == nil ? column.alignment : .left,
          truncation: room.truncation, priority: room.priority)
      }, width: width)
    self.columns = columns
    self.rooms = rooms
    self.context = context
  }

  func drawTitles(_ sorting: SortOrder?, on canvas: inout Canvas) {
    let look = context.look
    canvas.inside(context.layout.columnTitles) { canvas in
      canvas.tableHeader(
        layout, row: 0, style: look[.columnTitle],
        sorted: sorting.map { (id: $0.column, descending: $0.isDescending) },
        sortedStyle: look[.columnTitleSorted])
    }
  }

  /// Draws the rows that the selection has on the screen.
  ///
  /// - Parameters:
  ///   - selection: Which are those, and which of them is selected.
  ///   - count: The rows of the whole list.
  ///   - canvas: The whole terminal.
  ///   - row: What stands in a row of the list.
  ///   - finish: Draws what a row has besides its cells, on the given row of the canvas.
  func drawRows(
    _ selection: ListSelection<EntityID>, count: Int, on canvas: inout Canvas,
    row: (Int) -> Row, finish: (Int, Int, inout Canvas) -> Void = { _, _, _ in }
  ) {
    let look = context.look
    canvas.inside(context.layout.tableRows) { canvas in
      for line in 0..<min(canvas.size.rows, max(0, count - selection.top)) {
        draw(row(selection.top + line), line: line, on: &canvas)
        finish(selection.top + line, line, &canvas)
        if selection.top + line == selection.index { canvas.select(row: line, look) }
      }
      canvas.scrollbar(first: selection.top, count: count, look)
    }
  }

  private func draw(_ row: Row, line: Int, on canvas: inout Canvas) {
    let look = context.look
    var pictures: [(place: Int, picture: Picture)] = []
    let narrow = layout.placed.filter { $0.width < 22 }.map(\.column.id)
    canvas.tableRow(layout, row: line, style: look[.text]) { number in
      let cell = columns[number].cell(row, context.insight)
      if rooms[number].textBeforePicture != nil { pictures.append((number, cell.picture)) }
      let place = columns[number].hasPlaces && narrow.contains(number)
      let shown = place ? cell.text.replacing(".swift:", with: ":") : cell.text
      let sign = cell.sign.map { "\(look.sign($0))" } ?? ""
      let text = rooms[number].isForSign ? sign : sign.isEmpty ? shown : "\(sign) \(shown)"
      return (text, look[cell.role])
    }
    for placed in layout.placed where columns[placed.column.id].recedes {
      canvas.dimRepeats(in: placed, row: line, style: look[.dim])
    }
    for (number, picture) in pictures {
      guard let placed = layout.placed.first(where: { $0.column.id == number }) else { continue }
      let start = rooms[number].textBeforePicture ?? 0
      canvas.draw(
        picture, at: Point(column: placed.offset + start, row: line), width: placed.width - start,
        look)
    }
  }
}

/// What is drawn besides a text.
enum Picture: Hashable, Sendable {
  /// Nothing.
  case none
  /// A part of a whole.
  case bar(Double, ThemeRole = .barFull)
  /// Numbers, the latest last.
  case sparkline([Double])
  /// Numbers at equal distances in time, the latest last, of which nothing is at the lower edge;
  /// the highest, or the number given, is at the upper one.
  case graph([Double], ThemeRole = .sparkline, top: Double? = nil)
}

extension Canvas {
  mutating func draw(_ picture: Picture, at point: Point, width: Int, _ look: Look) {
    switch picture {
    case .none: break
    case .bar(let fraction, let role):
      guard width >= 4 else { return }
      bar(fraction, at: point, width: width, full: look[role], empty: look[.barEmpty])
    case .sparkline(let values):
      columns(
        values, in: Rect(column: point.column, row: point.row, columns: width, rows: 1),
        style: look[.sparkline])
    case .graph(let values, let role, let top):
      let part = Rect(column: point.column, row: point.row, columns: width, rows: 1)
      graph(values.map(Optional.some), in: part, maximum: top, style: look[role])
    }
  }

  /// Draws a row as the selected one.
  ///
  /// Without colours it is reversed, so it can always be seen.
  mutating func select(row: Int, _ look: Look) {
    let selection = look[.selection]
    restyle(Rect(column: 0, row: row, columns: size.columns, rows: 1)) { style in
      Style(
        foreground: selection.foreground == .terminalDefault
          ? style.foreground : selection.foreground,
        background: selection.background,
        attributes: style.attributes.union(selection.attributes))
    }
  }

  /// The columns for a list of so many rows: all, but for those of a scrollbar and the gap before
  /// it.
  static func listColumns(in part: Rect, count: Int) -> Int {
    part.columns > 20 && count > part.rows ? part.columns - 2 : part.columns
  }

  /// Draws at the right edge which rows can be seen, if not all can.
  mutating func scrollbar(first: Int, count: Int, _ look: Look) {
    guard size.columns > 20, count > size.rows else { return }
    scrollbar(
      in: Rect(column: size.columns - 1, row: 0, columns: 1, rows: size.rows),
      first: first, visible: size.rows, total: count, style: look[.border])
  }

  /// Writes parts one after the other, each in its style; returns the column after the last.
  @discardableResult
  mutating func write(
    _ parts: [(text: String, style: Style)], at point: Point
  ) -> Int {
    var column = point.column
    for part in parts where column < size.columns {
      column += write(part.text, at: Point(column: column, row: point.row), style: part.style)
    }
    return column
  }
}
