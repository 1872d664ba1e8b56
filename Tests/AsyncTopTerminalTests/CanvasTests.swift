import Testing

@testable import AsyncTopTerminal

@Suite struct `A canvas` {
  @Test func `a box with a title draws its border and nothing else`() {
    let grid = CellGrid(size: Size(columns: 12, rows: 3)) { $0.box(style: .plain, title: "tasks") }
    #expect(
      grid.textRows == [
        "┌─ tasks ──┐",
        "│          │",
        "└──────────┘",
      ])
  }

  @Test func `a title that does not fit is cut`() {
    let grid = CellGrid(size: Size(columns: 9, rows: 2)) { $0.box(style: .plain, title: "tasks") }
    #expect(grid.textRows == ["┌─ ta… ─┐", "└───────┘"])
  }

  @Test(arguments: [(0, 0), (1, 1), (1, 9), (9, 1)])
  func `a box needs two rows and two columns`(columns: Int, rows: Int) {
    let grid = CellGrid(size: Size(columns: columns, rows: rows)) { $0.box(style: .plain) }
    #expect(grid.textRows.allSatisfy { $0.isEmpty })
  }

  @Test func `a part draws in its own coordinates and never outside`() {
    let grid = CellGrid(size: Size(columns: 6, rows: 3)) { canvas in
      canvas.inside(Rect(column: 2, row: 1, columns: 3, rows: 1)) { part in
        #expect(part.size == Size(columns: 3, rows: 1))
        part.fill(Rect(column: -5, row: -5, columns: 50, rows: 50), with: Glyph("."), style: .plain)
        part.write("abcdef", at: Point(column: -1, row: 0), style: .plain)
        part.write("x", at: Point(column: 0, row: 1), style: .plain)
      }
    }
    #expect(grid.textRows == ["", "  bcd", ""])
  }

  @Test func `a part that reaches over the edge is clipped`() {
    let grid = CellGrid(size: Size(columns: 4, rows: 2)) { canvas in
      canvas.inside(Rect(column: 2, row: 1, columns: 9, rows: 9)) { part in
        part.box(style: .plain)
        part.inside(Rect(column: -9, row: -9, columns: 5, rows: 5)) { $0.box(style: .plain) }
      }
    }
    #expect(grid.textRows == ["", "  ┌─"])
  }

  @Test func `writing says how many columns it used`() {
    var canvas = Canvas(size: Size(columns: 5, rows: 1))
    #expect(canvas.write("abc", at: .zero, style: .plain) == 3)
    #expect(canvas.write("日本語", at: .zero, style: .plain) == 5)
    #expect(canvas.write("abc", at: Point(column: 4, row: 0), style: .plain) == 1)
    #expect(canvas.write("abc", at: Point(column: 0, row: 7), style: .plain) == 0)
  }

  @Test func `a wide character takes two cells and is never halved`() {
    let grid = CellGrid(size: Size(columns: 5, rows: 2)) { canvas in
      canvas.write("日本語", at: .zero, style: .plain)
      canvas.write("日本", at: Point(column: -1, row: 1), style: .plain)
    }
    #expect(grid.textRows == ["日本", " 本"])
    #expect(grid[0, 0].glyph.width == 2)
    #expect(grid[1, 0].glyph.isContinuation)
  }

  @Test func `drawing over half of a wide character leaves a space in the other half`() {
    let grid = CellGrid(size: Size(columns: 4, rows: 2)) { canvas in
      canvas.write("日本", at: .zero, style: .plain)
      canvas.write("x", at: Point(column: 1, row: 0), style: .plain)
      canvas.write("日本", at: Point(column: 0, row: 1), style: .plain)
      canvas.write("語", at: Point(column: 1, row: 1), style: .plain)
    }
    #expect(grid.textRows == [" x本", " 語"])
    #expect(grid[3, 1].glyph == .space)
  }

  @Test func `a field is cut with an ellipsis or padded as it is aligned`() {
    let grid = CellGrid(size: Size(columns: 8, rows: 5)) { canvas in
      canvas.fill(with: Glyph("."), style: .plain)
      let texts: [(String, TextAlignment, Truncation)] = [
        ("ab", .left, .end), ("ab", .right, .end), ("ab", .center, .end),
        ("abcdefgh", .left, .end), ("/usr/lib/x", .left, .start),
      ]
      for (row, text) in texts.enumerated() {
        canvas.write(
          text.0, at: Point(column: 1, row: row), width: 6, style: .plain, alignment: text.1,
          truncation: text.2)
      }
    }
    #expect(grid.textRows == [".ab    .", ".    ab.", ".  ab  .", ".abcde….", ".…lib/x."])
  }

  @Test func `restyling changes how cells look and not what they show`() {
    let grid = CellGrid(size: Size(columns: 6, rows: 1)) { canvas in
      canvas.write("a", at: .zero, style: Style(foreground: .palette(1)))
      canvas.write("b", at: Point(column: 1, row: 0), style: .plain)
      canvas.restyle(Rect(column: 0, row: 0, columns: 2, rows: 1)) { $0.on(.palette(4)) }
    }
    let runs = grid.styleRuns(inRow: 0)
    #expect(runs.map(\.text) == ["a", "b", "    "])
    #expect(runs[0].style == Style(foreground: .palette(1), background: .palette(4)))
    #expect(runs[1].style == Style(background: .palette(4)))
    #expect(runs[2].style == .plain)
  }

  @Test func `the ASCII glyph set draws nothing but ASCII`() {
    var canvas = Canvas(size: Size(columns: 9, rows: 3), glyphs: .ascii)
    canvas.box(style: .plain, title: "a long title")
    #expect(canvas.grid.textRows == ["+- a ~ -+", "|       |", "+-------+"])
  }

  @Test func `a cell is small`() {
    #expect(MemoryLayout<Cell>.stride <= 24)
  }
}
