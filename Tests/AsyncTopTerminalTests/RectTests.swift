import Testing
import AsyncTopTerminal

@Suite struct `A rectangle` {
  @Test func `cutting takes from the edge and leaves the rest`() {
    var area = Rect(size: Size(columns: 10, rows: 8))
    #expect(area.cutTop(2) == Rect(column: 0, row: 0, columns: 10, rows: 2))
    #expect(area.cutBottom(1) == Rect(column: 0, row: 7, columns: 10, rows: 1))
    #expect(area.cutLeft(3) == Rect(column: 0, row: 2, columns: 3, rows: 5))
    #expect(area.cutRight(2) == Rect(column: 8, row: 2, columns: 2, rows: 5))
    #expect(area == Rect(column: 3, row: 2, columns: 5, rows: 5))
  }

  @Test func `cutting more than there is takes what there is`() {
    var area = Rect(size: Size(columns: 4, rows: 2))
    #expect(area.cutTop(9).rows == 2)
    #expect(area.isEmpty)
    #expect(area.cutLeft(-1).columns == 0)
  }

  @Test func `rectangles that do not touch have an empty intersection`() {
    let left = Rect(column: 0, row: 0, columns: 2, rows: 2)
    let right = Rect(column: 5, row: 5, columns: 2, rows: 2)
    #expect(left.intersection(right).isEmpty)
    #expect(left.intersection(left.inset(columns: 1)).isEmpty)
  }

  @Test func `what is centred is in the middle and never larger than its surroundings`() {
    let screen = Rect(size: Size(columns: 10, rows: 6))
    #expect(
      screen.centered(Size(columns: 4, rows: 2)) == Rect(column: 3, row: 2, columns: 4, rows: 2))
    #expect(screen.centered(Size(columns: 99, rows: 99)) == screen)
  }

  @Test func `a size is never negative`() {
    #expect(Size(columns: -3, rows: 2).isEmpty)
    #expect(Rect(size: Size(columns: 2, rows: 2)).inset(columns: 5, rows: 5).isEmpty)
  }
}
