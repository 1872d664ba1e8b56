import Testing
import AsyncTopTerminal

@Suite struct `A list selection` {
  /// A list of twenty, four of them on the screen, the tenth selected on the third line.
  func middle() -> ListSelection<Int> {
    var list = ListSelection<Int>()
    list.update(Array(0..<20), visibleRows: 4)
    list.move(by: 11, in: Array(0..<20))
    list.move(by: -2, in: Array(0..<20))
    list.scroll(by: -1, in: Array(0..<20))
    return list
  }

  @Test func `starts at the first row and stays there until it is moved`() {
    var list = ListSelection<String>()
    list.update(["a", "b", "c"], visibleRows: 2)
    #expect(list.selected == "a")
    list.update(["c", "a", "b"], visibleRows: 2)
    #expect(list.selected == "c")
    #expect(list.top == 0)
  }

  @Test func `stays with its item on its line when the order changes`() {
    var list = middle()
    #expect(list.selected == 9)
    #expect(list.index - list.top == 2)
    list.update((0..<20).reversed().map { $0 }, visibleRows: 4)
    #expect(list.selected == 9)
    #expect(list.index == 10)
    #expect(list.index - list.top == 2)
  }

  @Test func `stays with its item when rows come and go before it`() {
    var list = middle()
    list.update(Array(5..<20), visibleRows: 4)
    #expect(list.selected == 9)
    #expect(list.index - list.top == 2)
    list.update(Array(8..<20), visibleRows: 4)
    #expect(list.selected == 9)
    #expect(list.top == 0)
  }

  @Test func `takes the row that took the place of a vanished one`() {
    var list = middle()
    list.update((0..<20).filter { $0 != 9 }, visibleRows: 4)
    #expect(list.selected == 10)
    #expect(list.index - list.top == 2)
    list.update(Array(0..<3), visibleRows: 4)
    #expect(list.selected == 2)
    #expect(list.top == 0)
    list.update([], visibleRows: 4)
    #expect(list.selected == nil)
    list.update([7], visibleRows: 4)
    #expect(list.selected == 7)
  }

  @Test func `moves by rows and stops at the ends`() {
    let rows = Array(0..<10)
    var list = ListSelection<Int>()
    list.update(rows, visibleRows: 3)
    list.move(by: 4, in: rows)
    #expect(list.selected == 4)
    #expect(list.top == 2)
    list.move(by: 99, in: rows)
    #expect(list.selected == 9)
    #expect(list.top == 7)
    list.move(by: -99, in: rows)
    #expect(list.selected == 0)
    #expect(list.top == 0)
    list.moveToEnd(in: rows)
    #expect(list.selected == 9)
    list.moveToStart(in: rows)
    #expect(list.selected == 0)
  }

  @Test func `a click selects what is on the line`() {
    let rows = Array(0..<20)
    var list = middle()
    let results = [0, 4, -1].map { list.select(line: $0, in: rows) }
    #expect(results == [true, false, false])
    #expect(list.selected == 7)
  }

  @Test func `the wheel moves the screen and keeps the selection on it`() {
    let rows = Array(0..<20)
    var list = middle()
    list.scroll(by: 1, in: rows)
    #expect(list.selected == 9)
    #expect(list.top == 8)
    list.scroll(by: 5, in: rows)
    #expect(list.selected == 13)
    #expect(list.top == 13)
    list.scroll(by: 99, in: rows)
    #expect(list.top == 16)
  }

  @Test func `an item is found and brought onto the screen`() {
    let rows = Array(0..<20)
    var list = middle()
    let results = [19, 20].map { list.select($0, in: rows) }
    #expect(results == [true, false])
    #expect(list.top == 16)
    #expect(list.selected == 19)
  }

  @Test func `the screen never shows rows that are not there`() {
    var list = middle()
    for visible in [0, 1, 3, 50, 4] {
      list.update(Array(0..<20), visibleRows: visible)
      #expect(list.selected == 9)
      #expect(list.top >= 0)
      #expect(list.top <= max(0, 20 - visible))
      #expect(visible == 0 || (list.top..<list.top + visible).contains(9))
    }
  }
}
