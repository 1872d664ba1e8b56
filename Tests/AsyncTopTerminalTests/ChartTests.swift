import Testing
import AsyncTopTerminal

@Suite struct `A chart` {
  func drawn(
    _ columns: Int, _ rows: Int = 1, glyphs: GlyphSet = .unicode, _ draw: (inout Canvas) -> Void
  ) -> [String] {
    var canvas = Canvas(size: Size(columns: columns, rows: rows), glyphs: glyphs)
    draw(&canvas)
    return canvas.grid.textRows
  }

  func bar(_ fraction: Double, glyphs: GlyphSet = .unicode) -> [String] {
    drawn(4, glyphs: glyphs) {
      $0.bar(fraction, at: .zero, width: 4, full: .plain, empty: .plain)
    }
  }

  func chart(
    _ values: [Double], _ columns: Int, _ rows: Int = 1, maximum: Double? = nil,
    glyphs: GlyphSet = .unicode
  ) -> [String] {
    drawn(columns, rows, glyphs: glyphs) {
      $0.columns(values, in: $0.area, maximum: maximum, style: .plain)
    }
  }

  func scrollbar(first: Int, total: Int) -> [String] {
    drawn(1, 4) {
      $0.scrollbar(in: $0.area, first: first, visible: 4, total: total, style: .plain)
    }
  }

  @Test(arguments: [
    (0.0, ""), (1.0, "████"), (0.5, "██"), (1.0 / 32, "▏"), (0.28, "█▏"), (9, "████"),
    (-1, ""), (.nan, ""), (.infinity, "████"),
  ])
  func `a bar fills in eighths of a cell`(fraction: Double, picture: String) {
    #expect(bar(fraction) == [picture])
  }

  @Test func `a bar is drawn with ASCII where there is nothing else`() {
    #expect(bar(0.6, glyphs: .ascii) == ["##-"])
  }

  @Test func `a partly filled cell has the background of the empty part`() {
    let full = Style(foreground: .palette(2), background: .palette(3))
    let empty = Style(foreground: .palette(4), background: .palette(5))
    let grid = CellGrid(size: Size(columns: 2, rows: 1)) {
      $0.bar(0.25, at: .zero, width: 2, full: full, empty: empty)
    }
    #expect(grid[0, 0].style == Style(foreground: .palette(2), background: .palette(5)))
    #expect(grid[1, 0].style == empty)
  }

  @Test func `a sparkline shows the last values at the right edge`() {
    let values: [Double] = [8, 0, 1, 2, 4, 8]
    #expect(chart(values, 8) == ["  █ ▁▂▄█"])
    #expect(chart(values, 3) == ["▂▄█"])
    #expect(chart(values, 3, maximum: 16) == ["▁▂▄"])
  }

  @Test func `what is not nothing can be seen`() {
    #expect(chart([0.001, 1_000], 2) == ["▁█"])
    #expect(chart([0, 0], 2) == [""])
    #expect(chart([], 2) == [""])
    #expect(chart([.nan], 1) == [""])
  }

  @Test func `a histogram has rows`() {
    #expect(chart([1, 2, 3, 4], 4, 2) == ["  ▄█", "▄███"])
    #expect(chart([1, 2, 3, 4], 4, 2, glyphs: .ascii) == ["  :#", ":###"])
  }

  @Test func `a scrollbar shows which part of the list is on the screen`() {
    #expect(scrollbar(first: 0, total: 8) == ["█", "█", "│", "│"])
    #expect(scrollbar(first: 4, total: 8) == ["│", "│", "█", "█"])
    #expect(scrollbar(first: 99, total: 8) == ["│", "│", "█", "█"])
    #expect(scrollbar(first: 0, total: 4) == ["", "", "", ""])
  }

  @Test func `a popup covers what is below and is made smaller where it does not fit`() {
    func popup(_ columns: Int, _ rows: Int) -> [String] {
      drawn(columns, rows) { canvas in
        canvas.fill(with: Glyph("."), style: .plain)
        canvas.popup(
          Size(columns: 10, rows: 3), title: "help", style: .plain, borderStyle: .plain,
          titleStyle: .plain
        ) { $0.write("text", at: .zero, style: .plain) }
      }
    }
    #expect(
      popup(14, 5) == [
        "..............",
        "..┌─ help ─┐..",
        "..│ text   │..",
        "..└────────┘..",
        "..............",
      ])
    #expect(popup(5, 2) == ["┌───┐", "└───┘"])
    #expect(popup(0, 0) == [])
  }
}
