import AsyncTopTerminal

/// The columns to sort by.
struct SortMenuView {
  let titles: [String]
  let index: Int
  let look: Look

  func draw(on canvas: inout Canvas) {
    let size = Size(columns: 22, rows: titles.count + 2)
    canvas.popup(
      size, title: "Sort by", style: look[.popup], borderStyle: look[.popupBorder],
      titleStyle: look[.popupTitle]
    ) { canvas in
      let rows = canvas.size.rows
      let top = max(0, min(index - rows / 2, titles.count - rows))
      for (row, title) in titles.dropFirst(top).prefix(rows).enumerated() {
        let isSelected = top + row == index
        canvas.write(
          (isSelected ? "\(canvas.glyphs.pointer) " : "  ") + title,
          at: Point(column: 0, row: row), width: canvas.size.columns,
          style: look[isSelected ? .selection : .popup])
      }
    }
  }
}
