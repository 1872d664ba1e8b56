extension CellGrid {
  /// The rows as strings, without the spaces at their ends: the picture a test compares.
  public var textRows: [String] {
    (0..<size.rows).map { row in
      var text = ""
      for column in 0..<size.columns { text += self[column, row].glyph.description }
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// The styles of a row as runs, from left to right, each with the text that has it.
  ///
  /// For tests that ask how something is drawn: `grid.styleRuns(inRow: 2).map(\.text)`.
  public func styleRuns(inRow row: Int) -> [(text: String, style: Style)] {
    var runs: [(text: String, style: Style)] = []
    for column in 0..<size.columns {
      let cell = self[column, row]
      if let last = runs.last, last.style == cell.style {
        runs[runs.count - 1].text += cell.glyph.description
      } else {
        runs.append((cell.glyph.description, cell.style))
      }
    }
    return runs
  }
}
