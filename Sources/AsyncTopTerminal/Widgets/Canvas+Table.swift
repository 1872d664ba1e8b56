extension Canvas {
  /// Draws the titles of a table on one row.
  ///
  /// - Parameters:
  ///   - layout: Where the columns are.
  ///   - row: The row.
  ///   - style: How titles and the rest of the row are drawn.
  ///   - sorted: The column the table is sorted by, and which way; its title is marked.
  ///   - sortedStyle: How the title of that column is drawn; as the others if it isn't given.
  public mutating func tableHeader<ID>(
    _ layout: TableLayout<ID>, row: Int, style: Style,
    sorted: (id: ID, descending: Bool)? = nil, sortedStyle: Style? = nil
  ) {
    fill(Rect(column: 0, row: row, columns: size.columns, rows: 1), style: style)
    for placed in layout.placed {
      let column = placed.column
      var title = column.title
      var titleStyle = style
      if let sorted, sorted.id == column.id {
        title += "\(sorted.descending ? glyphs.descending : glyphs.ascending)"
        titleStyle = sortedStyle ?? style
      }
      write(
        title, at: Point(column: placed.offset, row: row), width: placed.width,
        style: titleStyle, alignment: column.alignment)
    }
  }

  /// Draws one row of a table.
  ///
  /// - Parameters:
  ///   - layout: Where the columns are.
  ///   - row: The row.
  ///   - style: How what lies between and after the columns is drawn.
  ///   - content: Returns what stands in a column, and how it is drawn.
  public mutating func tableRow<ID>(
    _ layout: TableLayout<ID>, row: Int, style: Style,
    _ content: (ID) -> (text: String, style: Style)
  ) {
    guard row >= 0, row < size.rows else { return }
    fill(Rect(column: 0, row: row, columns: size.columns, rows: 1), style: style)
    for placed in layout.placed {
      let (text, textStyle) = content(placed.column.id)
      write(
        text, at: Point(column: placed.offset, row: row), width: placed.width,
        style: textStyle, alignment: placed.column.alignment,
        truncation: placed.column.truncation)
    }
  }
}
